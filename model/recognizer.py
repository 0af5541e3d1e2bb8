"""Clip bytes in, decision out: the whole path in one method; the only thing that the service needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from model.audio import MAX_CLIP_SECONDS, SAMPLE_RATE, WINDOW_SAMPLES, Waveform, decode, fit
from model.decision import Decision, decide
from model.digest import check_digest
from model.engines.protocol import Engine, Posteriors
from model.errors import AudioError, CheckpointError
from model.labels import SILENCE, UNKNOWN
from model.spotter import Event, spot

WEIGHTS = Path(__file__).parent / "weights"
SHIPPED = WEIGHTS / "heed.onnx"
SHIPPED_CHECKPOINT = WEIGHTS / "heed.safetensors"


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """The decision on a clip, the commands in it in their order, and how long it was."""

    decision: Decision
    events: tuple[Event, ...]
    duration_seconds: float


class Recognizer:
    """Hears which command words a clip holds.

    A clip of up to one second is heard as it is. In a longer one commands are spotted, see :mod:`model.spotter`; the
    decision on it is that on its best look, the one in which a command is likeliest.

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
            CheckpointError: the file is missing, torn, foreign, of another version or not the one that its folder's
                SHA256SUMS names, or PyTorch is not installed.
        """
        check_digest(path)
        if path.suffix == ".onnx":
            from model.engines.onnx import OnnxEngine

            return cls(OnnxEngine(path))
        try:  # here, because a service that runs the export must not need, nor wait for, torch
            from model.checkpoint import load
            from model.engines.torch import TorchEngine
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
        threshold = self.threshold if threshold is None else threshold
        if len(waveform) > WINDOW_SAMPLES:
            return self._spot(waveform, threshold)
        return self._answer(waveform, self.posteriors(fit(waveform)[None])[0], threshold)

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
        short = [place for place, waveform in waveforms.items() if len(waveform) <= WINDOW_SAMPLES]
        if short:
            posteriors = self.posteriors(np.stack([fit(waveforms[place]) for place in short]))
            for place, row in zip(short, posteriors, strict=True):
                outcomes[place] = self._answer(waveforms[place], row, thresholds[place])
        for place in waveforms.keys() - short:
            outcomes[place] = self._spot(waveforms[place], thresholds[place])
        return [outcomes[place] for place in range(len(clips))]

    def posteriors(self, waveforms: Waveform) -> Posteriors:
        """Calibrated posteriors of a batch; a waveform of zeros is silence whatever the network says.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``; rows sum to 1.
        """
        is_silent = ~waveforms.any(axis=1, keepdims=True)
        return np.where(is_silent, self._silence, self.engine.posteriors(waveforms))

    def _answer(self, waveform: Waveform, posteriors: Posteriors, threshold: float) -> Recognition:
        """On a clip of up to a second, from its posteriors, ``(label,)``."""
        decision = decide(posteriors.tolist(), self.labels, threshold)
        seconds = len(waveform) / SAMPLE_RATE
        whole = Event(label=decision.label, confidence=decision.confidence, start_seconds=0.0, end_seconds=seconds)
        return Recognition(decision=decision, events=(whole,) * decision.accepted, duration_seconds=seconds)

    def _spot(self, waveform: Waveform, threshold: float) -> Recognition:
        """On a clip of more than a second."""
        looks, events = spot(self.engine, waveform, threshold)
        best = decide(self._best(np.stack([look.posteriors for look in looks])).tolist(), self.labels, threshold)
        reason = None if events else best.reason or "low_confidence"
        decision = replace(best, accepted=bool(events), reason=reason)
        return Recognition(decision=decision, events=tuple(events), duration_seconds=len(waveform) / SAMPLE_RATE)

    def _best(self, posteriors: Posteriors) -> Posteriors:
        """The row in which a command is likeliest, if possible one in which nothing else is likelier."""
        is_command = np.isin(posteriors.argmax(axis=1), self._commands)
        best: Posteriors = posteriors[(is_command + posteriors[:, self._commands].max(axis=1)).argmax()]
        return best
