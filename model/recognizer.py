"""Clip bytes in, decision out: the whole path in one method; the only thing that the service needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from model.audio import MAX_CLIP_SECONDS, SAMPLE_RATE, Waveform, decode, windows
from model.checkpoint import Checkpoint, load
from model.decision import Decision, decide
from model.labels import SILENCE, UNKNOWN

SHIPPED = Path(__file__).parent / "weights" / "heed.safetensors"

HOP_SAMPLES = SAMPLE_RATE // 10  # between the seconds that are tried in a longer clip
BATCH_SIZE = 64


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """The decision on a clip and how long the clip was."""

    decision: Decision
    duration_seconds: float


class Recognizer:
    """Hears which command word a clip holds.

    A clip of up to one second is heard as it is. Of a longer one, every second that starts on a multiple of 100 ms is
    heard (and the last one), and the clip is answered by its best second: the one in which some command, not silence
    and not an unknown word, has the highest posterior.

    Calls from several threads at once are safe.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.name = checkpoint.name
        self.labels = checkpoint.labels
        self.threshold = checkpoint.threshold
        self.temperature = checkpoint.temperature
        self.frontend, self.network = checkpoint.modules()
        self._commands = [self.labels.index(label) for label in self.labels if label not in (SILENCE, UNKNOWN)]
        self._silence = np.array([label == SILENCE for label in self.labels], np.float32)

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Load a checkpoint; the shipped one by default.

        Raises:
            CheckpointError: the file is missing, torn, foreign or of another version.
        """
        return cls(load(path))

    def recognize(
        self, clip: bytes, *, threshold: float | None = None, max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> Recognition:
        """Decide which command a sound file holds.

        Args:
            clip: a whole sound file, see :func:`model.audio.decode`.
            threshold: least confidence of an accepted command in [0, 1]; the checkpoint's by default.
            max_clip_seconds: longer clips are refused.

        Raises:
            AudioError: the clip can't be answered; the subclass and the message say why.
        """
        waveform = decode(clip, max_clip_seconds=max_clip_seconds)
        decision = decide(
            self.best_second(waveform).tolist(), self.labels, self.threshold if threshold is None else threshold
        )
        return Recognition(decision=decision, duration_seconds=len(waveform) / SAMPLE_RATE)

    @torch.inference_mode()
    def posteriors(self, waveforms: Waveform) -> NDArray[np.float32]:
        """Calibrated posteriors of a batch; a waveform of zeros is silence whatever the network says.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``; rows sum to 1.
        """
        batches = torch.split(torch.from_numpy(np.ascontiguousarray(waveforms)), BATCH_SIZE)
        logits = torch.cat([self.network(self.frontend(batch)) for batch in batches])
        posteriors = (logits / self.temperature).softmax(dim=-1).numpy()
        is_silent = ~waveforms.any(axis=1, keepdims=True)
        return np.where(is_silent, self._silence, posteriors)

    def best_second(self, waveform: Waveform) -> NDArray[np.float32]:
        """Posteriors of the second of a waveform in which a command is likeliest.

        Shape: ``(time,)`` at 16 kHz in [-1, 1] to ``(label,)``.
        """
        posteriors = self.posteriors(windows(waveform, hop_samples=HOP_SAMPLES))
        best: NDArray[np.float32] = posteriors[posteriors[:, self._commands].max(axis=1).argmax()]
        return best
