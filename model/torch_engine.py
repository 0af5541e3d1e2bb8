"""Waveforms in, posteriors out, in PyTorch: the reference that every other engine must agree with."""

import numpy as np
import torch
from numpy.typing import NDArray

from model.audio import Waveform
from model.checkpoint import Checkpoint

BATCH_SIZE = 64


class TorchEngine:
    """Front end and network of a checkpoint, on one processor: more of them serve more calls, not one call faster.

    Calls from several threads at once are safe.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.name = checkpoint.name
        self.labels = checkpoint.labels
        self.threshold = checkpoint.threshold
        self.temperature = checkpoint.temperature
        self.frontend, self.network = checkpoint.modules()

    @torch.inference_mode()
    def posteriors(self, waveforms: Waveform) -> NDArray[np.float32]:
        """Calibrated posteriors of a batch.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``; rows sum to 1.
        """
        torch.set_num_threads(1)  # holds for the calling thread only, so it can't be done once
        batches = torch.split(torch.from_numpy(np.ascontiguousarray(waveforms)), BATCH_SIZE)
        logits = torch.cat([self.network(self.frontend(batch)) for batch in batches])
        posteriors: NDArray[np.float32] = (logits / self.temperature).softmax(dim=-1).numpy()
        return posteriors
