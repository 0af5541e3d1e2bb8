"""Calibration errors are nothing where confidence is accuracy, and the whole excess where it is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.hearing.calibration import Calibration

N = 20_000


def posteriors_of(confidence: NDArray[np.float64]) -> NDArray[np.float32]:
    """Three labels; the first is the likeliest."""
    rest = (1 - confidence) / 2
    return np.stack([confidence, rest, rest], axis=1).astype(np.float32)


def targets_right_in(share: NDArray[np.float64], seed: int = 0) -> NDArray[np.int64]:
    return (np.random.default_rng(seed).random(len(share)) >= share).astype(np.int64)


def test_confidence_that_is_due_has_no_error() -> None:
    confidence = np.random.default_rng(1).uniform(0.4, 1.0, N)

    calibration = Calibration.of(posteriors_of(confidence), targets_right_in(confidence))

    assert calibration.error < 0.02
    assert all(found.accuracy.low - 0.02 < found.confidence < found.accuracy.high + 0.02 for found in calibration.bins)


def test_certainty_that_is_right_every_other_time_is_wrong_by_half() -> None:
    certain = np.full(N, 0.999)

    calibration = Calibration.of(posteriors_of(certain), targets_right_in(np.full(N, 0.5)))

    assert calibration.error == pytest.approx(0.5, abs=0.01)
    assert calibration.low < calibration.error < calibration.high
    assert [found.accuracy.n for found in calibration.bins] == [N]


def test_excess_in_one_bin_does_not_make_up_for_lack_in_another() -> None:
    confidence = np.repeat([0.5, 0.9], N // 2)
    is_right = np.repeat([0.9, 0.5], N // 2)

    calibration = Calibration.of(posteriors_of(confidence), targets_right_in(is_right))

    assert calibration.error == pytest.approx(0.4, abs=0.02)


def test_a_bin_holds_what_is_certain() -> None:
    posteriors = np.array([[1.0, 0.0, 0.0], [0.5, 0.25, 0.25]], np.float32)

    calibration = Calibration.of(posteriors, np.array([0, 0]))

    assert [(found.confidence, found.accuracy.n) for found in calibration.bins] == [(0.5, 1), (1.0, 1)]
