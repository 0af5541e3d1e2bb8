"""Spot the commands in a stream of samples, each with its time."""

from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform
from model.decision import decide
from model.engines.protocol import Engine, Frames, Posteriors
from model.extent import word_extent
from model.framing import STEP_SAMPLES
from model.labels import SILENCE, is_command
from model.windows import AFTER_SAMPLES, SlidingWindows, slide_recording

# Chosen on mixes of validation clips.
SMOOTHED_WINDOWS = 6  # a word is heard in seven windows or so, its beginning or end alone in two or three
COMMAND_RARITY = 50.0  # how much rarer commands are in streams than in the clips that posteriors are calibrated on
DEAF_WINDOWS = 5  # from a command to the next
DEAF_WINDOWS_TO_SAME = 13  # from a command to its repetition: a word stays in the window for a second


@dataclass(frozen=True, kw_only=True)
class Event:
    """A command that was heard; times count from the start of the stream, ``confidence`` is in [0, 1]."""

    label: str
    confidence: float
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, kw_only=True)
class WindowPosteriors:
    """The posteriors of the window that ends at ``end_seconds``.

    ``posteriors``, ``(label,)``, are means over the last windows, corrected for how rare commands are in a stream.
    """

    end_seconds: float
    posteriors: NDArray[np.float32]


class Detector:
    """Detects commands in the posteriors of one window after another.

    A command is detected when it is the likeliest label in the mean of the last windows and that mean reaches the
    threshold. Each window is corrected for the prior before: the posteriors are calibrated on clips, most of which hold
    a command, and hardly any second of a stream does.
    """

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self._prior = np.array([1.0 if is_command(label) else COMMAND_RARITY for label in labels], np.float32)
        silence = np.array([label == SILENCE for label in labels], np.float32)
        self._corrected = deque(SMOOTHED_WINDOWS * [silence], maxlen=SMOOTHED_WINDOWS)
        self._n_windows = 0
        self._last_label, self._last_window = "", -DEAF_WINDOWS

    def detect(
        self, posteriors: Posteriors, window: Waveform, threshold: float
    ) -> tuple[WindowPosteriors, list[Event]]:
        """Take in the next window, ``(time,)``, and its posteriors, ``(label,)``."""
        corrected = posteriors * self._prior
        self._corrected.append(corrected / corrected.sum())
        self._n_windows += 1
        smoothed = WindowPosteriors(
            end_seconds=self._n_windows * STEP_SAMPLES / SAMPLE_RATE, posteriors=np.mean(self._corrected, axis=0)
        )
        decision = decide(smoothed.posteriors.tolist(), self._labels, threshold)
        if not decision.accepted or self._is_deaf_to(decision.label) or not window.any():
            return smoothed, []
        self._last_label, self._last_window = decision.label, self._n_windows
        return smoothed, [self._event(decision.label, window)]

    def _is_deaf_to(self, label: str) -> bool:
        n_deaf = DEAF_WINDOWS_TO_SAME if label == self._last_label else DEAF_WINDOWS
        return self._n_windows - self._last_window < n_deaf

    def _event(self, label: str, window: Waveform) -> Event:
        place = self._labels.index(label)
        confidences = [float(posteriors[place]) for posteriors in self._corrected]
        n_later = sum(1 for _ in takewhile(lambda confidence: confidence >= 0.5, reversed(confidences[1:])))
        first, end = word_extent(window, 1.0 - n_later * STEP_SAMPLES / SAMPLE_RATE)
        window_starts = self._n_windows * STEP_SAMPLES - WINDOW_SAMPLES
        return Event(
            label=label,
            confidence=max(confidences),
            start_seconds=(window_starts + first) / SAMPLE_RATE,
            end_seconds=(window_starts + end) / SAMPLE_RATE,
        )


class Spotter:
    """Follows a stream and says which commands it holds. Not for several threads at once.

    Every 100 ms it infers the last second, as if zeros had come before the stream.

    Attributes:
        threshold: least confidence of a command, the engine's by default; may be set at any time and acts at once.
        windows: the posteriors that the last call of ``spot`` or ``finish`` brought.
    """

    def __init__(self, engine: Engine, *, threshold: float | None = None) -> None:
        self._engine = engine
        self.threshold = engine.threshold if threshold is None else threshold
        self.reset()

    def reset(self) -> None:
        """Forget the stream: what comes next is the start of another one."""
        self._sliding = SlidingWindows(self._engine, np.zeros((1, WINDOW_SAMPLES), np.float32))
        self._detector = Detector(self._engine.labels)
        self._waiting = np.empty(0, np.float32)
        self.windows: list[WindowPosteriors] = []

    def spot(self, waveform: Waveform) -> list[Event]:
        """Return the events that further samples bring, ``(time,)`` at 16 kHz in [-1, 1]; any number of samples."""
        waveform = np.concatenate([self._waiting, waveform])
        n_slid = len(waveform) // STEP_SAMPLES * STEP_SAMPLES
        self._waiting = waveform[n_slid:].copy()
        self.windows, events = [], []
        for step in waveform[:n_slid].reshape(-1, 1, STEP_SAMPLES):
            (posteriors,) = self._sliding.slide(step)
            smoothed, detected = self._detector.detect(posteriors, self._sliding.window[0], self.threshold)
            self.windows.append(smoothed)
            events += detected
        return events

    def finish(self) -> list[Event]:
        """Return the events of the last words, now that nothing follows; call :meth:`reset` before the next stream."""
        return self.spot(np.zeros(AFTER_SAMPLES, np.float32))


class SpottedRecording(NamedTuple):
    """A recording's events, its windows' posteriors and its frames, ``(frame, mfcc)``."""

    events: list[Event]
    windows: list[WindowPosteriors]
    frames: Frames


def spot_recording(engine: Engine, waveform: Waveform, threshold: float) -> SpottedRecording:
    """Spot the commands in a whole recording: the same as a :class:`Spotter`, but faster.

    Shape: ``(time,)`` at 16 kHz in [-1, 1].
    """
    slid = slide_recording(engine, waveform)
    detector, windows, events = Detector(engine.labels), [], []
    for posteriors, window in zip(slid.posteriors, slid.windows, strict=True):
        smoothed, detected = detector.detect(posteriors, window, threshold)
        windows.append(smoothed)
        events += detected
    return SpottedRecording(events, windows, slid.frames)
