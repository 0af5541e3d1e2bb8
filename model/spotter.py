"""A stream of samples in, the commands in it out, each with its time."""

from collections import deque
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform
from model.decision import decide
from model.engines.protocol import Engine, Posteriors
from model.extent import word_extent
from model.labels import SILENCE, UNKNOWN
from model.windows import AFTER_SAMPLES, STEP_SAMPLES, Hearing, hear_recording

# Chosen on mixes of validation clips.
SMOOTHED_LOOKS = 6  # a word is heard in seven looks or so, its beginning or end alone in two or three
COMMAND_RARITY = 50.0  # how much rarer commands are in streams than in the clips that posteriors are calibrated on
DEAF_LOOKS = 5  # from a command to the next
DEAF_LOOKS_TO_SAME = 13  # from a command to its repetition: a word stays in sight for a second


@dataclass(frozen=True, kw_only=True)
class Event:
    """A command that was heard; times count from the start of the stream, ``confidence`` is in [0, 1]."""

    label: str
    confidence: float
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a stream is heard to say in the second that ends at ``end_seconds``.

    ``posteriors``, ``(label,)``, are means over the last looks, for the share that commands have in a stream.
    """

    end_seconds: float
    posteriors: NDArray[np.float32]


class Detector:
    """Posteriors of one second after another in, events out.

    A command is heard when it is the likeliest label in the mean of the last looks and that mean reaches the threshold.
    Each look is corrected for its prior before: the posteriors are calibrated on clips, most of which hold a command,
    and of the seconds of a stream nearly none does.
    """

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self._prior = np.array([COMMAND_RARITY if label in (SILENCE, UNKNOWN) else 1.0 for label in labels], np.float32)
        silence = np.array([label == SILENCE for label in labels], np.float32)
        self._votes = deque(SMOOTHED_LOOKS * [silence], maxlen=SMOOTHED_LOOKS)
        self._n_looks = 0
        self._last_label, self._last_look = "", -DEAF_LOOKS

    def look(self, posteriors: Posteriors, second: Waveform, threshold: float) -> tuple[Look, list[Event]]:
        """Take in the next second, ``(time,)``, and its posteriors, ``(label,)``."""
        vote = posteriors * self._prior
        self._votes.append(vote / vote.sum())
        self._n_looks += 1
        look = Look(end_seconds=self._n_looks * STEP_SAMPLES / SAMPLE_RATE, posteriors=np.mean(self._votes, axis=0))
        decision = decide(look.posteriors.tolist(), self._labels, threshold)
        if not decision.accepted or self._is_deaf_to(decision.label) or not second.any():
            return look, []
        self._last_label, self._last_look = decision.label, self._n_looks
        return look, [self._event(decision.label, second)]

    def _is_deaf_to(self, label: str) -> bool:
        n_deaf = DEAF_LOOKS_TO_SAME if label == self._last_label else DEAF_LOOKS
        return self._n_looks - self._last_look < n_deaf

    def _event(self, label: str, second: Waveform) -> Event:
        confidences = [float(vote[self._labels.index(label)]) for vote in self._votes]
        n_later = sum(1 for _ in takewhile(lambda confidence: confidence >= 0.5, reversed(confidences[1:])))
        first, end = word_extent(second, 1.0 - n_later * STEP_SAMPLES / SAMPLE_RATE)
        second_starts = self._n_looks * STEP_SAMPLES - WINDOW_SAMPLES
        return Event(
            label=label,
            confidence=max(confidences),
            start_seconds=(second_starts + first) / SAMPLE_RATE,
            end_seconds=(second_starts + end) / SAMPLE_RATE,
        )


class Spotter:
    """Follows a stream and says which commands it holds. Not for several threads at once.

    Every 100 ms the last second is heard, as if zeros had come before the stream.

    Attributes:
        threshold: least confidence of a command, the engine's by default; may be set at any time and acts at once.
        looks: those that the last call of ``hear`` or ``finish`` brought.
    """

    def __init__(self, engine: Engine, *, threshold: float | None = None) -> None:
        self._engine = engine
        self.threshold = engine.threshold if threshold is None else threshold
        self.reset()

    def reset(self) -> None:
        """Forget the stream: what comes next is the start of another one."""
        self._hearing = Hearing(self._engine, np.zeros((1, WINDOW_SAMPLES), np.float32))
        self._detector = Detector(self._engine.labels)
        self._waiting = np.empty(0, np.float32)
        self.looks: list[Look] = []

    def hear(self, waveform: Waveform) -> list[Event]:
        """Events that these further samples bring, ``(time,)`` at 16 kHz in [-1, 1]; any number of them, also none."""
        waveform = np.concatenate([self._waiting, waveform])
        n_heard = len(waveform) // STEP_SAMPLES * STEP_SAMPLES
        self._waiting = waveform[n_heard:].copy()
        self.looks, events = [], []
        for step in waveform[:n_heard].reshape(-1, 1, STEP_SAMPLES):
            (posteriors,) = self._hearing.hear(step)
            look, heard = self._detector.look(posteriors, self._hearing.second[0], self.threshold)
            self.looks.append(look)
            events += heard
        return events

    def finish(self) -> list[Event]:
        """Events of what was said last, now that nothing follows; afterwards comes :meth:`reset`."""
        return self.hear(np.zeros(AFTER_SAMPLES, np.float32))


def spot(engine: Engine, waveform: Waveform, threshold: float) -> tuple[list[Look], list[Event]]:
    """What a :class:`Spotter` comes to with a recording as a whole, but faster.

    Shape: ``(time,)`` at 16 kHz in [-1, 1].
    """
    detector, looks, events = Detector(engine.labels), [], []
    for posteriors, second in zip(*hear_recording(engine, waveform), strict=True):
        look, heard = detector.look(posteriors, second, threshold)
        looks.append(look)
        events += heard
    return looks, events
