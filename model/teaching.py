"""Teach a word from a few recordings: a line through the speech embedding, between the word and the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from model.audio import Waveform
from model.bank import MIDDLE, Bank, Features, load_bank
from model.embedding import Embedding
from model.errors import NoSpeech
from model.logistic import Floats, Line, fit_logistic
from model.recording import cut_word

PENALTY = 1 / 3  # measured beforehand; the odds hardly depend on it
MAX_FALSE_ACCEPTS = 0.01  # of other spoken words, at a score of 0


@dataclass(frozen=True, kw_only=True)
class TaughtWord:
    """A word that was learned from recordings.

    Attributes:
        features: of the recordings, ``(recording, place, feature)``.
        line: from features to log-odds; see :meth:`log_odds`.
    """

    word: str
    features: Features
    line: Line

    @property
    def n_recordings(self) -> int:
        return len(self.features)

    def log_odds(self, features: Features) -> Floats:
        """Compute the word's log-odds against all else, as if it were as often said as not, at its best place.

        Shape: ``(batch, place, feature)`` to ``(batch,)``.
        """
        return at_best_place(self.line, features)


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

        Shape: ``(time,)`` to ``(1, place, feature)``.
        """
        return self.hear_second(cut_word(recording))

    def hear_second(self, second: Waveform) -> Features:
        """Compute what a word is learned from, of the second that :func:`model.recording.cut_word` cuts.

        Shape: ``(WINDOW_SAMPLES,)`` to ``(1, place, feature)``.

        Raises:
            NoSpeech: what is in it does not sound like speech.
        """
        features = self.bank.features_of(self.embedding.embed(second[None]))
        if self._speech.log_odds(features[0, MIDDLE]) < 0:
            raise NoSpeech("what is in the recording does not sound like speech; say the word closer to the microphone")
        return features

    def learn(self, word: str, features: Features) -> TaughtWord:
        """Learn a word from what was heard of its recordings, ``(recording, place, feature)``."""
        return TaughtWord(word=word, features=features, line=calibrated(features, self.bank.without(word)))


def fit_speech(bank: Bank) -> Line:
    """Fit a line from features to the log-odds of speech against noise, as if both were as frequent."""
    shares = np.where(bank.is_speech, bank.is_speech.mean(), 1 - bank.is_speech.mean())
    return fit_logistic(bank.features[:, MIDDLE], bank.is_speech.astype(np.float32), (0.5 / shares).astype(np.float32))


def at_best_place(line: Line, features: Features) -> Floats:
    """Score each sound at the place where a word is likeliest: ``(batch, place, feature)`` to ``(batch,)``."""
    scores: Floats = line.log_odds(features).max(axis=1)
    return scores


def calibrated(features: Features, bank: Bank) -> Line:
    """Fit a word's line to its recordings and calibrate it, see :class:`TaughtWord`."""
    score = fit_score(features, bank)
    slope, intercept = bank.calibration(len(features))
    return Line(slope * score.weights, slope * score.intercept + intercept)


def fit_score(features: Features, bank: Bank) -> Line:
    """Fit a line to a word; of other words one in a hundred reaches a score of 0."""
    line = _fit(features, bank.features)
    return Line(line.weights, line.intercept - _threshold(_left_out(features, bank), bank))


def bank_log_odds(features: Features, bank: Bank) -> Floats:
    """Compute a word's log-odds in each row of the bank, ``(row,)``, by a line that did not learn from the row."""
    scores = _left_out(features, bank)
    slope, intercept = bank.calibration(len(features))
    log_odds: Floats = slope * (scores - _threshold(scores, bank)) + intercept
    return log_odds


def _left_out(features: Features, bank: Bank) -> Floats:
    """Score each half of the bank by a line that learned from the other half, ``(row,)``."""
    scores = np.empty(len(bank.features), np.float32)
    halves = np.arange(len(scores)) % 2
    for half in (0, 1):
        line = _fit(features, bank.features[halves != half])
        scores[halves == half] = at_best_place(line, bank.features[halves == half])
    return scores


def _threshold(scores: Floats, bank: Bank) -> float:
    return float(np.quantile(scores[bank.is_speech], 1 - MAX_FALSE_ACCEPTS))


def _fit(own: Features, others: Features) -> Line:
    """Tell the middle of a word from all places of others, because a place will be chosen where it is likeliest."""
    rows = np.concatenate([own[:, MIDDLE], others.reshape(-1, others.shape[2])])
    return fit_logistic(rows, (np.arange(len(rows)) < len(own)).astype(np.float32), penalty=PENALTY)
