"""Say how well a taught word is heard, and which other words it resembles."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from model.bank import Bank
from model.engines.protocol import Posteriors
from model.labels import is_command
from model.logistic import Floats, sigmoid
from model.teaching import TaughtWord, at_best_place, bank_log_odds, calibrated

LEAST_LIKENESS = 0.4  # words of 0.2 and 0.3 are hardly ever taken for each other
MOST_LEFT_OUT = 5  # recordings; each costs as much as teaching the word


class LookAlike(NamedTuple):
    """A word that a taught one may be taken for or the other way round; ``likeness`` is how surely, in [0, 1]."""

    word: str
    likeness: float


def look_alikes(
    word: TaughtWord, others: Iterable[TaughtWord], bank: Bank, labels: Sequence[str], posteriors: Posteriors
) -> list[LookAlike]:
    """Find the words that a taught word resembles, the likest first.

    The likeness of two words is the larger of two means: of the confidence in one word where the other is said.

    Args:
        others: words that were taught too.
        labels: the network's.
        posteriors: the network's, of the word's recordings, ``(recording, label)``.
    """
    found = [*_among_taught(word, others), *_among_commands(word, bank.without(word.word), labels, posteriors)]
    return sorted((alike for alike in found if alike.likeness >= LEAST_LIKENESS), key=lambda alike: -alike.likeness)


def left_out_recall(word: TaughtWord, bank: Bank, threshold: float) -> float:
    """Leave out one recording after another, and count those that the others let be heard.

    Args:
        threshold: least confidence of a word that is heard, in [0, 1], where no other word competes.

    Raises:
        ValueError: there is only one recording.
    """
    if word.n_recordings < 2:
        raise ValueError("one recording leaves no other to learn from")
    without = bank.without(word.word)
    confidences = [
        _confidence(at_best_place(calibrated(np.delete(word.features, place, axis=0), without), word.features[[place]]))
        for place in range(min(word.n_recordings, MOST_LEFT_OUT))
    ]
    return float(np.mean(np.array(confidences) >= threshold))


def _among_taught(word: TaughtWord, others: Iterable[TaughtWord]) -> Iterator[LookAlike]:
    for other in others:
        if other.word != word.word:
            here, there = word.log_odds(other.features), other.log_odds(word.features)
            yield LookAlike(other.word, max(_confidence(here), _confidence(there)))


def _among_commands(word: TaughtWord, bank: Bank, labels: Sequence[str], posteriors: Posteriors) -> Iterator[LookAlike]:
    """Ask the network about the word, and the word's lines about the bank's rows of each command."""
    log_odds = bank_log_odds(word.features, bank)
    for label, heard in zip(labels, posteriors.mean(axis=0), strict=True):
        if is_command(label):
            rows = log_odds[np.array(bank.words) == label]
            yield LookAlike(label, max(float(heard), _confidence(rows) if len(rows) else 0.0))


def _confidence(log_odds: Floats) -> float:
    return float(sigmoid(log_odds).mean())
