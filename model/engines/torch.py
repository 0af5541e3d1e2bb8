"""Run a checkpoint in PyTorch: the reference that every other engine must agree with."""

import numpy as np
import torch

from model.audio import Waveform
from model.checkpoint import Checkpoint
from model.engines.protocol import Frames, Posteriors

BATCH_SIZE = 64


class TorchEngine:
    """Front end and network of a checkpoint on one processor, see :class:`model.engines.protocol.Engine`.

    Several threads may call it at once.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.name = checkpoint.name
        self.labels = checkpoint.labels
        self.threshold = checkpoint.threshold
        self.framing = checkpoint.frontend_config.framing
        self.temperature = checkpoint.temperature
        self.frontend, self.network = checkpoint.modules()

    @torch.inference_mode()
    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """See :meth:`model.engines.protocol.Engine.infer`."""
        torch.set_num_threads(1)  # holds for the calling thread only, so it can't be done once
        batches = torch.split(torch.from_numpy(np.ascontiguousarray(waveforms)), BATCH_SIZE)
        frames = torch.cat([self.frontend(batch) for batch in batches])
        if past_frames is not None:
            frames = torch.cat([torch.from_numpy(past_frames), frames], dim=1)
        logits = torch.cat([self.network(batch) for batch in torch.split(frames, BATCH_SIZE)])
        return (logits / self.temperature).softmax(dim=-1).numpy(), frames.numpy()
