"""Detect commands in the posteriors of windows that follow one another."""

from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform
from model.decision import Decision, decide
from model.engines.protocol import Posteriors
from model.enrolled import EnrolledWords
from model.extent import MAX_GAP_PARTS, PART_SAMPLES, word_extent
from model.framing import STEP_SAMPLES
from model.labels import SILENCE, UNKNOWN, is_command
from model.restriction import Restriction
from model.second_opinion import SecondOpinion, weigh

# Chosen on mixes of validation clips.
SMOOTHED_WINDOWS = 4  # a word is heard in seven windows or so, its beginning or end alone in two or three
STREAM_RARITY = 10.0  # how much rarer commands are in streams than in the clips that posteriors are calibrated on
TAUGHT_POWER = 1.5  # of that rarity: more other words pass for a word of a few recordings than for the network's
TAIL_SAMPLES = MAX_GAP_PARTS * PART_SAMPLES  # a word is over when more has come after it than a stop inside one lasts,
MAX_WAITS = 3  # or after so many windows, because in noise its end may not show


@dataclass(frozen=True, kw_only=True)
class Event:
    """A command that was heard.

    Times count from the start of the stream, ``confidence`` is in [0, 1]; ``ranking`` holds every label with its
    posterior at that moment, the likeliest first.
    """

    label: str
    confidence: float
    start_seconds: float
    end_seconds: float
    ranking: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class WindowPosteriors:
    """The posteriors of the window that ends at ``end_seconds``.

    ``posteriors``, ``(label,)``, are means over the last windows, corrected for how rare commands are in a stream, and
    weighed with the second opinion where it was asked. ``is_settled`` is False while the word in it goes on.
    """

    end_seconds: float
    posteriors: NDArray[np.float32]
    is_settled: bool = True


class Detection(NamedTuple):
    """Posteriors of a window, and the event that it brings, if any; that answers the window's first samples."""

    posteriors: WindowPosteriors
    event: Event | None = None
    n_answered: int = 0


class Detector:
    """Detects commands in windows that follow one another.

    A command is a candidate while it is the likeliest label in the mean of the last windows. When its word is over the
    second opinion is asked, and if the two together reach the threshold it is an event. Posteriors are calibrated
    on clips, most of which hold a command. Hardly any second of a stream does, so they are corrected for that prior
    first.

    Where words were taught any word is a candidate, and is asked about once, when it is over.

    Args:
        labels: the network's, in the order of its posteriors.
        second_opinion, enrolled, restriction: see :class:`model.recognizer.Recognizer`.
        rarity: how much rarer commands are than in clips of a second.
    """

    def __init__(
        self,
        labels: tuple[str, ...],
        second_opinion: SecondOpinion | None = None,
        enrolled: EnrolledWords | None = None,
        restriction: Restriction | None = None,
        *,
        rarity: float = STREAM_RARITY,
    ) -> None:
        self._restriction = restriction
        self._labels = restriction.labels if restriction else labels
        self._second_opinion = second_opinion
        self.enroll(enrolled)
        self._rarity = rarity
        self._prior = np.array([1.0 if is_command(label) else rarity for label in labels], np.float32)
        self._silence = np.array([label == SILENCE for label in self._labels], np.float32)
        self._n_windows = 0
        self._refused_end = 0
        self._forget()

    def enroll(self, enrolled: EnrolledWords | None) -> None:
        """Let other taught words compete from the next window on."""
        self._enrolled = enrolled
        self._all_labels = enrolled.labels if enrolled else self._labels

    def detect(self, posteriors: Posteriors, window: Waveform, threshold: float) -> Detection:
        """Take in the next window, ``(time,)``, and its posteriors, ``(label,)``."""
        self._n_windows += 1
        self._corrected.append(self._correct(posteriors))
        mean = np.mean(self._corrected, axis=0)
        label = self._labels[mean.argmax()]
        if not self._is_candidate(label) or not window.any():
            self._n_waits = 0
            return self._detection(mean)
        first, end = word_extent(window, self._first_heard(label))
        if WINDOW_SAMPLES - end < TAIL_SAMPLES and self._n_waits < MAX_WAITS:
            self._n_waits += 1
            return self._detection(mean, is_settled=False)
        if not is_command(label) and self._was_refused(end):
            return self._detection(mean)
        verified = self._verify(mean, window, label)
        decision = decide(verified.tolist(), self._all_labels, threshold)
        if not decision.accepted:
            self._refuse(label, end)
            return self._detection(verified)
        self._forget()
        return self._detection(verified)._replace(event=self._event(decision, first, end), n_answered=end)

    def _is_candidate(self, label: str) -> bool:
        return is_command(label) or (label == UNKNOWN and self._enrolled is not None)

    def _was_refused(self, end: int) -> bool:
        """Say whether the word that ends there in the window was no taught word in an earlier window."""
        return self._window_starts + end < self._refused_end + TAIL_SAMPLES

    def _refuse(self, label: str, end: int) -> None:
        """Keep in mind where another word ended, and wait again for the end of the next one."""
        if not is_command(label):
            self._refused_end = self._window_starts + end
            self._n_waits = 0

    @property
    def _window_starts(self) -> int:
        """The newest window's first sample, counted from the start of the stream."""
        return self._n_windows * STEP_SAMPLES - WINDOW_SAMPLES

    def _correct(self, posteriors: Posteriors) -> Posteriors:
        """Correct a network's posteriors, ``(label,)``, for the prior of a stream, and restrict them."""
        corrected = posteriors * self._prior
        normalized: Posteriors = corrected / corrected.sum()
        return self._restriction.fold(normalized) if self._restriction else normalized

    def _verify(self, mean: Posteriors, window: Waveform, label: str) -> Posteriors:
        """Ask the second opinion about commands, and let taught words compete: ``(label,)`` to that of all labels."""
        if self._second_opinion and is_command(label):
            (opinion,) = self._second_opinion.ask(window[None])
            mean = weigh(mean, self._correct(opinion))
        if self._enrolled is None:
            return mean
        joint: Posteriors = self._enrolled.join(mean[None], window[None], rarity=self._rarity**TAUGHT_POWER)[0]
        return joint

    def _first_heard(self, label: str) -> float:
        """Say where in the newest window the first one ends that the word was heard in, in seconds."""
        confidences = [float(posteriors[self._labels.index(label)]) for posteriors in self._corrected]
        n_later = sum(1 for _ in takewhile(lambda confidence: confidence >= 0.5, reversed(confidences[1:])))
        return (WINDOW_SAMPLES - n_later * STEP_SAMPLES) / SAMPLE_RATE

    def _forget(self) -> None:
        """Begin anew after an event, whose word must not count a second time."""
        self._corrected = deque(SMOOTHED_WINDOWS * [self._silence], maxlen=SMOOTHED_WINDOWS)
        self._n_waits = 0

    def _detection(self, posteriors: Posteriors, *, is_settled: bool = True) -> Detection:
        end_seconds = self._n_windows * STEP_SAMPLES / SAMPLE_RATE
        posteriors = np.pad(posteriors, (0, len(self._all_labels) - len(posteriors)))  # of taught words without a say
        return Detection(WindowPosteriors(end_seconds=end_seconds, posteriors=posteriors, is_settled=is_settled))

    def _event(self, decision: Decision, first: int, end: int) -> Event:
        return Event(
            label=decision.label,
            confidence=decision.confidence,
            start_seconds=(self._window_starts + first) / SAMPLE_RATE,
            end_seconds=(self._window_starts + end) / SAMPLE_RATE,
            ranking=decision.ranking,
        )
