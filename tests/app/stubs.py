"""Recognizers and engines for tests: some always answer one word, some hear loudness, some wait or fail."""

from collections.abc import Sequence
from threading import Event

import numpy as np

from model.audio import MAX_CLIP_SECONDS, Waveform
from model.engines.protocol import Frames, Posteriors
from model.engines.torch import TorchEngine
from model.errors import AudioError
from model.framing import Framing
from model.recognizer import Recognition, Recognizer
from tests.labels import LABELS
from tests.model.checkpoints import random_checkpoint


class OneWord(TorchEngine):
    """Infers one word in everything, with a given confidence; the other labels share the rest alike."""

    def __init__(self, label: str, confidence: float) -> None:
        super().__init__(random_checkpoint(threshold=0.5))
        rest = (1 - confidence) / (len(LABELS) - 1)
        self._posteriors = np.array([confidence if name == label else rest for name in LABELS], np.float32)

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        return np.tile(self._posteriors, (len(waveforms), 1)), super().infer(waveforms, past_frames)[1]


class Hearing(Recognizer):
    """Recognizes one word in everything, with a given confidence."""

    def __init__(self, label: str, confidence: float) -> None:
        super().__init__(OneWord(label, confidence))


class Waiting(Hearing):
    """Hears nothing until it is let go on (or for two seconds: no test can hang), then `go`; notes its batches."""

    def __init__(self) -> None:
        super().__init__("go", 0.9)
        self.is_busy, self.go_on = Event(), Event()
        self.batches: list[list[bytes]] = []

    def recognize_batch(
        self, clips: Sequence[bytes], *, thresholds: Sequence[float], max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> list[Recognition | AudioError]:
        self.batches.append([*clips])
        self.is_busy.set()
        self.go_on.wait(timeout=2)
        return super().recognize_batch(clips, thresholds=thresholds, max_clip_seconds=max_clip_seconds)


class Broken(Recognizer):
    """Fails with a secret at a certain clip, or at all."""

    def __init__(self, at: bytes | None = None) -> None:
        super().__init__(TorchEngine(random_checkpoint()))
        self.at = at

    def recognize_batch(
        self, clips: Sequence[bytes], *, thresholds: Sequence[float], max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> list[Recognition | AudioError]:
        if self.at is None or self.at in clips:
            raise RuntimeError("secret of the house")
        return super().recognize_batch(clips, thresholds=thresholds, max_clip_seconds=max_clip_seconds)


class Ears:
    """An engine that hears `go` where most of a second is loud, else silence; its frames are how loud they are."""

    name = "ears"
    labels: tuple[str, ...] = LABELS
    threshold = 0.5
    framing = Framing(window_samples=512, hop_samples=160)

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        windows = np.lib.stride_tricks.sliding_window_view(np.abs(waveforms), 512, axis=1)[:, ::160]
        frames = windows.mean(axis=2)[:, :, None]  # (batch, frame, 1)
        if past_frames is not None:
            frames = np.concatenate([past_frames, frames], axis=1)
        is_loud = (frames > 0.05).mean(axis=(1, 2)) > 0.5
        return np.where(is_loud[:, None], _only("go"), _only("_silence_")), frames


def _only(label: str) -> Posteriors:
    """Nearly all for one label; what is left goes to the others alike."""
    return np.array([0.99 if name == label else 0.01 / (len(LABELS) - 1) for name in LABELS], np.float32)


class SlowEars(Ears):
    """Looks at nothing until it is let go on, or for two seconds."""

    def __init__(self) -> None:
        self.is_busy, self.go_on = Event(), Event()

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        if past_frames is not None:
            self.is_busy.set()
            self.go_on.wait(timeout=2)
        return super().infer(waveforms, past_frames)


class Deaf(Ears):
    """Fails with a secret as soon as it is to look."""

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        raise RuntimeError("secret of the house")
