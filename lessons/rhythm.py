"""Say by rule whether a heart beats too fast, too slow or unevenly, from the times between its beats."""

import numpy as np
from numpy.typing import NDArray

SLOWEST, FASTEST = 60, 100  # beats a minute of an adult at rest
MOST_UNEVEN = 0.1  # of an interval


def beats_a_minute(intervals: NDArray[np.float32]) -> float:
    """Return the rate by the median of the intervals in seconds, so that one early beat does not change it."""
    return 60 / float(np.median(intervals))


def unevenness(intervals: NDArray[np.float32]) -> float:
    """Return the median change from one interval to the next, as a share of the median interval."""
    return float(np.median(np.abs(np.diff(intervals))) / np.median(intervals))


def findings(intervals: NDArray[np.float32]) -> list[str]:
    """Name what is unusual about a rhythm: "too slow", "too fast", "irregular", or nothing.

    Args:
        intervals: ``(beat,)``, seconds, of about ten seconds in which every beat is marked.

    Raises:
        ValueError: there are fewer than three intervals.
    """
    if len(intervals) < 3:
        raise ValueError(f"a rhythm needs three intervals or more, and here are {len(intervals)}")
    checks = {
        "too slow": beats_a_minute(intervals) < SLOWEST,
        "too fast": beats_a_minute(intervals) > FASTEST,
        "irregular": unevenness(intervals) > MOST_UNEVEN,
    }
    return [name for name, found in checks.items() if found]
