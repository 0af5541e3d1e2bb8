"""Shares and rates, with their 95 % intervals."""

from dataclasses import dataclass
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from training.report import Z_95, wilson


@dataclass(frozen=True)
class Share:
    """A share of hits, in [0, 1]; ``n`` is how many things were counted."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, hits: NDArray[np.bool_]) -> Self:
        """Wilson's interval, which holds for independent hits; cuts of one recording are less than that."""
        return cls.of_count(int(hits.sum()), len(hits))

    @classmethod
    def of_count(cls, n_hits: int, n: int) -> Self:
        return cls(n_hits / n, *wilson(n_hits, n), n)

    @classmethod
    def balanced(cls, scores: NDArray[np.float64], targets: NDArray[np.int64]) -> Self:
        """Mean over the labels of the mean score of their clips, with the interval of :mod:`training.report`.

        Args:
            scores: ``(clip,)`` in [0, 1]: hits, or means of hits in several conditions.
            targets: ``(clip,)``.
        """
        groups = [scores[targets == label] for label in np.unique(targets)]
        # two hits and two misses more for each label (Agresti and Coull), or one without a miss would have no variance
        padded = [np.concatenate([group, [0.0, 0.0, 1.0, 1.0]]) for group in groups]
        half = Z_95 * sqrt(sum(float(group.var()) / len(group) for group in padded)) / len(groups)
        value = float(np.mean([group.mean() for group in groups]))
        return cls(value, max(0.0, value - half), min(1.0, value + half), len(scores))

    def __str__(self) -> str:
        digits = 2 if self.value < 0.01 else 1
        return f"{self.value:.{digits}%} ({100 * self.low:.{digits}f} to {100 * self.high:.{digits}f})"


@dataclass(frozen=True)
class Rate:
    """Events in one unit of time; ``n`` is how many there were."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, n: int, time: float) -> Self:
        """Byar's interval for events that come independently of each other.

        References:
            N. Breslow, N. Day: Statistical Methods in Cancer Research II, 1987.
        """
        low = 0.0 if n == 0 else n * (1 - 1 / (9 * n) - Z_95 / (3 * sqrt(n))) ** 3
        high = (n + 1) * (1 - 1 / (9 * (n + 1)) + Z_95 / (3 * sqrt(n + 1))) ** 3
        return cls(n / time, low / time, high / time, n)

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"
