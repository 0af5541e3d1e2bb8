"""Run a ``gru`` over a stream with its state carried from frame to frame."""

import numpy as np
import torch

from model.audio import Waveform
from model.checkpoint import Checkpoint
from model.engines.protocol import Frames, Posteriors
from model.engines.torch import TorchEngine
from model.errors import CheckpointError
from model.networks.gated import GRU


class RecurrentEngine(TorchEngine):
    """A ``gru`` that goes through a stream once, where other engines begin anew with every window.

    Each frame costs one step of the network. The frames that :meth:`infer` returns, and gets back, are not MFCCs but
    states: the last layer's after each frame, whose mean is classified, and behind it the states of all layers after
    the newest frame, from which the next step goes on.

    Raises:
        CheckpointError: the network is no ``gru``, or it goes through its frames backwards too.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__(checkpoint)
        if not isinstance(self.network, GRU) or self.network.config.bidirectional:
            message = f"{self.name} can't carry its state through a stream; a gru that goes forward only can"
            raise CheckpointError(message)
        self._gru = self.network

    @torch.inference_mode()
    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """See :meth:`model.engines.protocol.Engine.infer`.

        Shape: frames are ``(batch, frame, (1 + layer) * hidden)``.
        """
        torch.set_num_threads(1)
        size = self._gru.config.hidden_size
        past = None if past_frames is None else torch.from_numpy(past_frames)
        state = None if past is None else past[:, -1, size:].unflatten(1, (-1, size)).transpose(0, 1).contiguous()
        frames = self.frontend(torch.from_numpy(np.ascontiguousarray(waveforms)))
        states, state = self._gru.rnn(frames, state)
        newest = state.transpose(0, 1).flatten(1)[:, None]  # (batch, 1, layer * hidden)
        states = torch.cat([states, newest.expand(-1, states.shape[1], -1)], dim=2)
        if past is not None:
            states = torch.cat([past, states], dim=1)
        logits = self._gru.classify(states[:, :, :size].mean(dim=1))
        return (logits / self.temperature).softmax(dim=-1).numpy(), states.numpy()
