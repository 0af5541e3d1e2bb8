"""Spot the commands in a stream of samples, each with its time."""

from typing import NamedTuple

import numpy as np

from model.audio import WINDOW_SAMPLES, Waveform
from model.detector import STREAM_RARITY, Detector, Event, WindowPosteriors
from model.engines.protocol import Engine, Frames
from model.enrolled import EnrolledWords
from model.framing import STEP_SAMPLES
from model.restriction import Restriction
from model.second_opinion import SecondOpinion
from model.windows import AFTER_SAMPLES, RecordedWindows, SlidingWindows


class Spotter:
    """Follows a stream and says which commands it holds. Not for several threads at once.

    Every 100 ms it infers the last second, as if zeros had come before the stream. After an event it goes on as if the
    stream began behind the word, so that a second word in the same window is heard for itself.

    Args:
        second_opinion, enrolled, restriction: see :class:`model.recognizer.Recognizer`; a second opinion is asked
            before each event.

    Attributes:
        threshold: least confidence of a command, the engine's by default; may be set at any time and acts at once.
        windows: the posteriors that the last call of ``spot`` or ``finish`` brought.
    """

    def __init__(
        self,
        engine: Engine,
        second_opinion: SecondOpinion | None = None,
        enrolled: EnrolledWords | None = None,
        restriction: Restriction | None = None,
        *,
        threshold: float | None = None,
    ) -> None:
        self._engine = engine
        self._second_opinion = second_opinion
        self._enrolled = enrolled
        self._restriction = restriction
        self.threshold = engine.threshold if threshold is None else threshold
        self.reset()

    def reset(self) -> None:
        """Forget the stream: what comes next is the start of another one."""
        self._sliding = SlidingWindows(self._engine, np.zeros((1, WINDOW_SAMPLES), np.float32))
        self._detector = Detector(self._engine.labels, self._second_opinion, self._enrolled, self._restriction)
        self._waiting = np.empty(0, np.float32)
        self.windows: list[WindowPosteriors] = []

    def enroll(self, enrolled: EnrolledWords | None) -> None:
        """Hear other taught words from here on; the stream goes on where it stands."""
        self._enrolled = enrolled
        self._detector.enroll(enrolled)

    def spot(self, waveform: Waveform) -> list[Event]:
        """Return the events that further samples bring, ``(time,)`` at 16 kHz in [-1, 1]; any number of samples."""
        waveform = np.concatenate([self._waiting, waveform])
        n_slid = len(waveform) // STEP_SAMPLES * STEP_SAMPLES
        self._waiting = waveform[n_slid:].copy()
        self.windows, events = [], []
        for step in waveform[:n_slid].reshape(-1, 1, STEP_SAMPLES):
            (posteriors,) = self._sliding.slide(step)
            detection = self._detector.detect(posteriors, self._sliding.window[0], self.threshold)
            self.windows.append(detection.posteriors)
            if detection.event:
                events.append(detection.event)
                self._sliding.forget(detection.n_answered)
        return events

    def finish(self) -> list[Event]:
        """Return the events of the last words, now that nothing follows; call :meth:`reset` before the next stream."""
        return self.spot(np.zeros(AFTER_SAMPLES, np.float32))


class SpottedRecording(NamedTuple):
    """A recording's events, its windows' posteriors and its frames, ``(frame, mfcc)``."""

    events: list[Event]
    windows: list[WindowPosteriors]
    frames: Frames


def spot_recording(
    engine: Engine,
    waveform: Waveform,
    threshold: float,
    second_opinion: SecondOpinion | None = None,
    enrolled: EnrolledWords | None = None,
    restriction: Restriction | None = None,
) -> SpottedRecording:
    """Spot the commands in a whole recording: the same as a :class:`Spotter`, but faster.

    A short recording most likely holds one command, as a clip of a second does, so commands are twice as rare in the
    seconds of a recording of two. From ten seconds on they are as rare as in a stream.

    Shape: ``(time,)`` at 16 kHz in [-1, 1].
    """
    recorded = RecordedWindows(engine, waveform)
    rarity = min(len(waveform) / WINDOW_SAMPLES, STREAM_RARITY)
    detector = Detector(engine.labels, second_opinion, enrolled, restriction, rarity=rarity)
    windows, events = [], []
    for posteriors, window in recorded:
        detection = detector.detect(posteriors, window, threshold)
        windows.append(detection.posteriors)
        if detection.event:
            events.append(detection.event)
            recorded.forget(detection.n_answered)
    return SpottedRecording(events, windows, recorded.frames)
