"""Restrict an answer to some of the commands; the others count as unknown words."""

from collections.abc import Sequence

import numpy as np

from model.engines.protocol import Posteriors
from model.labels import UNKNOWN, is_command


class Restriction:
    """Gives what a network says of commands that may not be answered to ``_unknown_``.

    In streams it comes after the correction for how rare commands are, because the others are as rare.

    Args:
        labels: the network's, in the order of its posteriors.
        words: the commands that stay, in any order; a word that the network does not know is passed over.

    Attributes:
        labels: those that stay.
    """

    def __init__(self, labels: Sequence[str], words: Sequence[str]) -> None:
        self.labels = tuple(label for label in labels if not is_command(label) or label in words)
        to_label = [label if label in self.labels else UNKNOWN for label in labels]
        self._kept = np.array([[label == kept for kept in self.labels] for label in to_label], np.float32)

    def fold(self, posteriors: Posteriors) -> Posteriors:
        """Shape: ``(..., label)`` to ``(..., label that stays)``, rows that sum to 1."""
        return posteriors @ self._kept
