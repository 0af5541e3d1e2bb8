"""Clip bytes in, decision out: the whole path in one method; the only thing that the service needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from model.audio import MAX_CLIP_SECONDS, SAMPLE_RATE, WINDOW_SAMPLES, Waveform, decode, fit, windows
from model.decision import Decision, decide
from model.errors import AudioError, CheckpointError
from model.labels import SILENCE, UNKNOWN

WEIGHTS = Path(__file__).parent / "weights"
SHIPPED = WEIGHTS / "heed.onnx"
SHIPPED_CHECKPOINT = WEIGHTS / "heed.safetensors"

HOP_SAMPLES = SAMPLE_RATE // 10  # between the seconds that are tried in a longer clip


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """The decision on a clip and how long the clip was."""

    decision: Decision
    duration_seconds: float


class Engine(Protocol):
    """What runs front end and network: :mod:`model.onnx_engine` or :mod:`model.torch_engine`."""

    name: str
    labels: tuple[str, ...]
    threshold: float

    def posteriors(self, waveforms: Waveform) -> NDArray[np.float32]:
        """Calibrated posteriors, ``(batch, time)`` to ``(batch, label)``."""


class Recognizer:
    """Hears which command word a clip holds.

    A clip of up to one second is heard as it is. Of a longer one, every second that starts on a multiple of 100 ms is
    heard (and the last one), and the clip is answered by its best second: the one in which some command, not silence
    and not an unknown word, has the highest posterior.

    Calls from several threads at once are safe.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = engine.name
        self.labels = engine.labels
        self.threshold = engine.threshold
        self._commands = [self.labels.index(label) for label in self.labels if label not in (SILENCE, UNKNOWN)]
        self._silence = np.array([label == SILENCE for label in self.labels], np.float32)

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Load an export (``.onnx``) or a checkpoint (any other name); the shipped export by default.

        Raises:
            CheckpointError: the file is missing, torn, foreign or of another version, or PyTorch is not installed.
        """
        if path.suffix == ".onnx":
            from model.onnx_engine import OnnxEngine

            return cls(OnnxEngine(path))
        try:  # here, because a service that runs the export must not need, nor wait for, torch
            from model.checkpoint import load
            from model.torch_engine import TorchEngine
        except ModuleNotFoundError as error:
            message = f"{path} needs {error.name}, which requirements.txt installs; an export (.onnx) does without"
            raise CheckpointError(message) from error
        return cls(TorchEngine(load(path)))

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
        posteriors = self.best_second(waveform)
        return self._answer(waveform, posteriors, self.threshold if threshold is None else threshold)

    def recognize_batch(
        self, clips: Sequence[bytes], *, thresholds: Sequence[float], max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> list[Recognition | AudioError]:
        """Decide on several sound files; what is wrong with one of them is its own outcome and no other's.

        Clips of up to one second go through the network together. A longer one is a batch by itself.

        Args:
            clips: whole sound files.
            thresholds: least confidence of an accepted command in [0, 1], one per clip.
            max_clip_seconds: longer clips are refused.
        """
        waveforms: dict[int, Waveform] = {}
        outcomes: dict[int, Recognition | AudioError] = {}
        for place, clip in enumerate(clips):
            try:
                waveforms[place] = decode(clip, max_clip_seconds=max_clip_seconds)
            except AudioError as error:
                outcomes[place] = error
        for place, posteriors in self._best_seconds(waveforms).items():
            outcomes[place] = self._answer(waveforms[place], posteriors, thresholds[place])
        return [outcomes[place] for place in range(len(clips))]

    def posteriors(self, waveforms: Waveform) -> NDArray[np.float32]:
        """Calibrated posteriors of a batch; a waveform of zeros is silence whatever the network says.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``; rows sum to 1.
        """
        is_silent = ~waveforms.any(axis=1, keepdims=True)
        return np.where(is_silent, self._silence, self.engine.posteriors(waveforms))

    def best_second(self, waveform: Waveform) -> NDArray[np.float32]:
        """Posteriors of the second of a waveform in which a command is likeliest.

        Shape: ``(time,)`` at 16 kHz in [-1, 1] to ``(label,)``.
        """
        posteriors = self.posteriors(windows(waveform, hop_samples=HOP_SAMPLES))
        best: NDArray[np.float32] = posteriors[posteriors[:, self._commands].max(axis=1).argmax()]
        return best

    def _answer(self, waveform: Waveform, posteriors: NDArray[np.float32], threshold: float) -> Recognition:
        decision = decide(posteriors.tolist(), self.labels, threshold)
        return Recognition(decision=decision, duration_seconds=len(waveform) / SAMPLE_RATE)

    def _best_seconds(self, waveforms: Mapping[int, Waveform]) -> dict[int, NDArray[np.float32]]:
        """What :meth:`best_second` says of each, the short ones in one run of the engine."""
        short = [place for place, waveform in waveforms.items() if len(waveform) <= WINDOW_SAMPLES]
        best = {place: self.best_second(waveforms[place]) for place in waveforms.keys() - short}
        if short:
            best |= zip(short, self.posteriors(np.stack([fit(waveforms[place]) for place in short])), strict=True)
        return best
