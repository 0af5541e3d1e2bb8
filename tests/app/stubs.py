"""Recognizers that do as a test needs: hear a given word, wait, count, or break."""

from threading import Event

import numpy as np
import torch
from numpy.typing import NDArray

from model.audio import MAX_CLIP_SECONDS, Waveform
from model.labels import LABELS
from model.recognizer import Recognition, Recognizer
from tests.model.checkpoints import random_checkpoint


class Hearing(Recognizer):
    """Hears one word in everything, with a given confidence; what is left goes to the other labels alike."""

    def __init__(self, label: str, confidence: float) -> None:
        super().__init__(random_checkpoint(threshold=0.5))
        rest = (1 - confidence) / (len(LABELS) - 1)
        self.heard = np.array([confidence if name == label else rest for name in LABELS], np.float32)

    def posteriors(self, waveforms: Waveform) -> NDArray[np.float32]:
        return np.tile(self.heard, (len(waveforms), 1))


class Waiting(Recognizer):
    """Hears nothing until it is let go on; a tenth of a second at most, so that a test can't hang."""

    def __init__(self) -> None:
        super().__init__(random_checkpoint())
        self.go_on = Event()
        self.n_heard = 0

    def recognize(
        self, clip: bytes, *, threshold: float | None = None, max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> Recognition:
        self.go_on.wait(timeout=0.1)
        self.n_heard += 1
        return super().recognize(clip, threshold=threshold, max_clip_seconds=max_clip_seconds)


class Counting(Recognizer):
    """Notes on how many threads torch would compute where it is called."""

    def __init__(self) -> None:
        super().__init__(random_checkpoint())
        self.n_threads = 0

    def recognize(
        self, clip: bytes, *, threshold: float | None = None, max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> Recognition:
        self.n_threads = torch.get_num_threads()
        return super().recognize(clip, threshold=threshold, max_clip_seconds=max_clip_seconds)


class Broken(Recognizer):
    """Fails with a secret."""

    def __init__(self) -> None:
        super().__init__(random_checkpoint())

    def recognize(
        self, clip: bytes, *, threshold: float | None = None, max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> Recognition:
        raise RuntimeError("secret of the house")
