"""Teach a word from a few recordings, and let taught words compete with those that a network knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from model.audio import Waveform
from model.bank import Bank, Features, load_bank
from model.embedding import Embedding
from model.engines.protocol import Posteriors
from model.errors import NoSpeech
from model.labels import UNKNOWN
from model.logistic import Floats, Line, fit_logistic
from model.recording import cut_word

LATE_SAMPLES = (0, -480, 480)  # a word's place varies; each recording is heard 30 ms early and late as well
PENALTY = 1 / 3  # measured beforehand, and so is the weight of other words
OTHER_WEIGHT = 3.0
MAX_FALSE_ACCEPTS = 0.01  # of other spoken words, at a score of 0
MAX_LOG_ODDS = 30.0


@dataclass(frozen=True, kw_only=True)
class TaughtWord:
    """A word that was learned from recordings.

    Attributes:
        features: of the recordings, three rows each, ``(row, feature)``.
        line: from features to the calibrated log-odds of the word against all else, as if it were as often said as not.
    """

    word: str
    features: Features
    line: Line

    @property
    def n_recordings(self) -> int:
        return len(self.features) // len(LATE_SAMPLES)


class Teacher:
    """Learns words. Several threads may call it at once."""

    def __init__(self, embedding: Embedding, bank: Bank) -> None:
        self.embedding, self.bank = embedding, bank
        self._speech = fit_speech(bank)

    @classmethod
    def load(cls) -> Self:
        """Load the embedding and the bank that ships.

        Raises:
            CheckpointError: the bank is missing, torn or not the one that SHA256SUMS names.
            EmbeddingMissing: the speech embedding is not installed.
        """
        return cls(Embedding(), load_bank())

    def teach(self, word: str, recordings: Sequence[Waveform]) -> TaughtWord:
        """Learn a word from one recording or more, each of up to three seconds with the word in it once.

        The word may be one that the bank holds; those rows are left out.

        Args:
            recordings: each ``(time,)`` at 16 kHz in [-1, 1].

        Raises:
            UnusableRecording: a recording can't teach a word; the subclass and the message say why.
        """
        return self.learn(word, np.concatenate([self.hear(recording) for recording in recordings]))

    def hear(self, recording: Waveform) -> Features:
        """Compute what a word is learned from, of one recording; see :meth:`teach`.

        Shape: ``(time,)`` to ``(3, feature)``.
        """
        second = cut_word(recording)[None]
        features = [self.bank.features_of(self.embedding.embed(second, late_samples=late)) for late in LATE_SAMPLES]
        if self._speech.log_odds(features[0])[0] < 0:
            raise NoSpeech("what is in the recording does not sound like speech; say the word closer to the microphone")
        return np.concatenate(features)

    def learn(self, word: str, features: Features) -> TaughtWord:
        """Learn a word from what was heard of its recordings, ``(3 * recording, feature)``."""
        return TaughtWord(word=word, features=features, line=calibrated(features, self.bank.without(word)))


def fit_speech(bank: Bank) -> Line:
    """Fit a line from features to the log-odds of speech against noise, as if both were as frequent."""
    shares = np.where(bank.is_speech, bank.is_speech.mean(), 1 - bank.is_speech.mean())
    return fit_logistic(bank.features, bank.is_speech.astype(np.float32), (0.5 / shares).astype(np.float32))


def calibrated(features: Features, bank: Bank) -> Line:
    """Fit a word's line and calibrate it, see :class:`TaughtWord`."""
    score = fit_score(features, bank)
    slope, intercept = bank.calibration(len(features) // len(LATE_SAMPLES))
    return Line(slope * score.weights, slope * score.intercept + intercept)


def fit_score(features: Features, bank: Bank) -> Line:
    """Fit a line to a word; of the bank's words one in a hundred reaches a score of 0 that the line did not learn from.

    Each half of the bank is scored by a line that learned from the other half.
    """
    halves = np.arange(len(bank.features)) % 2
    left_out = np.empty(len(bank.features), np.float32)
    for half in (0, 1):
        left_out[halves == half] = _fit(features, bank.features[halves != half]).log_odds(bank.features[halves == half])
    threshold = float(np.quantile(left_out[bank.is_speech], 1 - MAX_FALSE_ACCEPTS))
    whole = _fit(features, bank.features)
    return Line(whole.weights, whole.intercept - threshold)


def _fit(own: Features, others: Features) -> Line:
    targets = np.repeat(np.array([1.0, 0.0], np.float32), [len(own), len(others)])
    weights = np.where(targets > 0, np.float32(1.0), np.float32(OTHER_WEIGHT))
    return fit_logistic(np.concatenate([own, others]), targets, weights, penalty=PENALTY)


class EnrolledWords:
    """Lets taught words compete with a network's labels. Several threads may call it at once.

    Args:
        labels: the network's, in the order of its posteriors; ``_unknown_`` is one of them.
    """

    def __init__(self, words: Sequence[TaughtWord], teacher: Teacher, labels: Sequence[str]) -> None:
        self.words = tuple(words)
        self.labels = tuple(labels) + tuple(word.word for word in words)
        self._teacher = teacher
        self._unknown = labels.index(UNKNOWN)
        self._weights = np.stack([word.line.weights for word in words], axis=1)  # (feature, word)
        self._intercepts = np.array([word.line.intercept for word in words], np.float32)

    def restricted(self, names: Sequence[str], labels: Sequence[str]) -> "EnrolledWords | None":
        """Keep only some of the words, for a network that answers only some of its labels; None if no word is left."""
        words = [word for word in self.words if word.word in names]
        return EnrolledWords(words, self._teacher, labels) if words else None

    def log_odds(self, waveforms: Waveform) -> Floats:
        """Compute each word's log-odds against all else: ``(batch, time)`` to ``(batch, word)``."""
        features = self._teacher.bank.features_of(self._teacher.embedding.embed(waveforms))
        log_odds: Floats = features @ self._weights + self._intercepts
        return log_odds

    def join(self, posteriors: Posteriors, waveforms: Waveform, *, rarity: float = 1.0) -> Posteriors:
        """Compute the posteriors of all labels, see :func:`compete`.

        Args:
            rarity: how much rarer words are than in the clips that posteriors are calibrated on.

        Shape: ``(batch, label)`` and ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label + word)``.
        """
        return compete(posteriors, self.log_odds(waveforms) - np.log(rarity), self._unknown)


def compete(posteriors: Posteriors, log_odds: Floats, unknown: int) -> Posteriors:
    """Let taught words share what the network gives to unknown words, by their odds against all other words.

    A network that is sure of one of its own words, or of silence, leaves nothing to share.

    Args:
        unknown: the place of ``_unknown_`` among the labels.

    Shape: ``(batch, label)`` and ``(batch, word)`` to ``(batch, label + word)``, rows that sum to 1.
    """
    odds = np.exp(np.minimum(log_odds, MAX_LOG_ODDS)).astype(np.float32)
    joint = np.hstack([posteriors, posteriors[:, [unknown]] * odds])
    normalized: Posteriors = joint / joint.sum(axis=1, keepdims=True)
    return normalized
