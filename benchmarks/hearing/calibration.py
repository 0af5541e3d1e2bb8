"""Measure how far confidence is from accuracy.

References:
    C. Guo et al.: On Calibration of Modern Neural Networks, 2017.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.intervals import Share

N_BINS = 15
N_RESAMPLES = 1_000
SEED = 0


@dataclass(frozen=True, kw_only=True)
class Bin:
    """The clips whose confidence lies between two bounds: their mean confidence, and the share that is recognized."""

    confidence: float
    accuracy: Share


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """``error`` is the expected calibration error, with the 95 % interval of a bootstrap over clips."""

    error: float
    low: float
    high: float
    bins: list[Bin]

    @classmethod
    def of(cls, posteriors: NDArray[np.float32], targets: NDArray[np.int64]) -> Self:
        """Of the likeliest labels, in bins of equal width.

        Args:
            posteriors: ``(clip, label)``.
            targets: ``(clip,)``, places of labels.
        """
        confidence = posteriors.max(axis=1).astype(np.float64)
        right = posteriors.argmax(axis=1) == targets
        bins = np.minimum((confidence * N_BINS).astype(np.int64), N_BINS - 1)
        random = np.random.default_rng(SEED)
        drawn = [random.integers(len(targets), size=len(targets)) for _ in range(N_RESAMPLES)]
        errors = [_expected_error((confidence - right)[clips], bins[clips]) for clips in drawn]
        low, high = np.percentile(errors, [2.5, 97.5]).tolist()
        found = [
            Bin(confidence=float(confidence[bins == place].mean()), accuracy=Share.of(right[bins == place]))
            for place in np.unique(bins)
        ]
        return cls(error=_expected_error(confidence - right, bins), low=low, high=high, bins=found)


def _expected_error(excess: NDArray[np.float64], bins: NDArray[np.int64]) -> float:
    """Mean over clips of how far their bin's confidence exceeds its accuracy, or falls short of it."""
    return float(np.abs(np.bincount(bins, excess, N_BINS)).sum()) / len(bins)
