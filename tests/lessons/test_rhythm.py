"""The rule of lesson 4 tells too slow, too fast and irregular from the times between heartbeats."""

import numpy as np
import pytest

from lessons.rhythm import findings


def even(beats_a_minute: float) -> np.ndarray:
    return np.full(12, 60 / beats_a_minute, np.float32)


@pytest.mark.parametrize(
    ("beats_a_minute", "found"), [(45, ["too slow"]), (61, []), (75, []), (99, []), (130, ["too fast"])]
)
def test_an_even_rhythm_is_judged_by_its_rate(beats_a_minute: float, found: list[str]) -> None:
    assert findings(even(beats_a_minute)) == found


def test_a_rhythm_that_changes_at_every_beat_is_irregular() -> None:
    intervals = np.random.default_rng(0).uniform(0.6, 1.0, 12).astype(np.float32)

    assert findings(intervals) == ["irregular"]


def test_one_early_beat_and_its_pause_leave_a_rhythm_regular() -> None:
    intervals = even(75)
    intervals[5:7] = 0.5, 1.1

    assert findings(intervals) == []


def test_a_rhythm_can_be_fast_and_irregular() -> None:
    intervals = np.random.default_rng(0).uniform(0.3, 0.6, 12).astype(np.float32)

    assert findings(intervals) == ["too fast", "irregular"]


def test_two_intervals_are_refused() -> None:
    with pytest.raises(ValueError, match="three intervals or more, and here are 2"):
        findings(even(75)[:2])
