"""Let words that were taught compete with those that a network knows."""

from collections.abc import Sequence

import numpy as np

from model.audio import Waveform
from model.engines.protocol import Posteriors
from model.labels import UNKNOWN, is_command
from model.logistic import Floats
from model.teaching import TaughtWord, Teacher

MAX_LOG_ODDS = 30.0
LEAST_DOUBT = 0.001  # of a network that is sure of a command; a word that it never heard may sound to it like one


class EnrolledWords:
    """Lets taught words compete with a network's labels. Several threads may call it at once.

    Args:
        labels: the network's, in the order of its posteriors; ``_unknown_`` is one of them.
    """

    def __init__(self, words: Sequence[TaughtWord], teacher: Teacher, labels: Sequence[str]) -> None:
        self.words = tuple(words)
        self.labels = tuple(labels) + tuple(word.word for word in words)
        self._teacher = teacher
        self._of_network = tuple(labels)
        self._weights = np.stack([word.line.weights for word in words], axis=1)  # (feature, word)
        self._intercepts = np.array([word.line.intercept for word in words], np.float32)

    def restricted(self, names: Sequence[str], labels: Sequence[str]) -> "EnrolledWords | None":
        """Keep only some of the words, for a network that answers only some of its labels; None if no word is left."""
        words = [word for word in self.words if word.word in names]
        return EnrolledWords(words, self._teacher, labels) if words else None

    def log_odds(self, waveforms: Waveform) -> Floats:
        """Compute each word's log-odds against all else: ``(batch, time)`` to ``(batch, word)``."""
        features = self._teacher.bank.features_of(self._teacher.embedding.embed(waveforms))
        log_odds: Floats = (features @ self._weights + self._intercepts).max(axis=1)
        return log_odds

    def join(self, posteriors: Posteriors, waveforms: Waveform, *, rarity: float = 1.0) -> Posteriors:
        """Compute the posteriors of all labels, see :func:`compete`.

        Args:
            rarity: how much rarer words are than in the clips that posteriors are calibrated on.

        Shape: ``(batch, label)`` and ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label + word)``.
        """
        return compete(posteriors, self.log_odds(waveforms) - np.log(rarity), self._of_network)


def compete(posteriors: Posteriors, log_odds: Floats, labels: Sequence[str]) -> Posteriors:
    """Let taught words share what the network gives to unknown words, by their odds against all other words.

    The share is smaller where the network wavers between another word and one of its own, and a thousandth where it is
    sure of its own: many taught words together would else take what was said for one of them.

    Args:
        labels: the network's, in the order of its posteriors.

    Shape: ``(batch, label)`` and ``(batch, word)`` to ``(batch, label + word)``, rows that sum to 1.
    """
    commands = [place for place, label in enumerate(labels) if is_command(label)]
    unknown = posteriors[:, [labels.index(UNKNOWN)]]
    best = posteriors[:, commands].max(axis=1, keepdims=True, initial=0.0)
    shared = unknown * unknown / np.maximum(unknown + best, np.finfo(np.float32).tiny) + LEAST_DOUBT * best
    odds = np.exp(np.minimum(log_odds, MAX_LOG_ODDS)).astype(np.float32)
    joint = np.hstack([posteriors, shared * odds])
    normalized: Posteriors = joint / joint.sum(axis=1, keepdims=True)
    return normalized
