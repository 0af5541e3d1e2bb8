"""Shares have the figures and intervals of training's report; rates have nearly the exact limits of a Poisson count."""

import numpy as np
import pytest

from benchmarks.intervals import Rate, Share
from training.report import report, wilson

LABELS = ("_silence_", "_unknown_", "yes")


def test_a_share_has_the_interval_of_wilson() -> None:
    share = Share.of(np.array([True] * 45 + [False] * 5))

    assert (share.value, share.n) == (0.9, 50)
    assert (share.low, share.high) == wilson(45, 50)


def test_a_balanced_share_of_hits_is_the_balanced_accuracy_of_the_report() -> None:
    random = np.random.default_rng(0)
    posteriors = random.dirichlet([1, 1, 2], 90).astype(np.float32)
    targets = random.integers(3, size=90)

    share = Share.balanced((posteriors.argmax(axis=1) == targets).astype(np.float64), targets)

    expected = report(posteriors, targets, LABELS, threshold=0.5)
    assert share.value == pytest.approx(expected.balanced_accuracy)
    assert (share.low, share.high) == pytest.approx(expected.balanced_accuracy_interval)


def test_means_of_several_conditions_have_a_narrower_interval_than_one() -> None:
    hits = np.random.default_rng(0).random((8, 120)) < 0.8
    targets = np.arange(120) % 3

    one, mean = Share.balanced(hits[0].astype(np.float64), targets), Share.balanced(hits.mean(axis=0), targets)

    assert mean.high - mean.low < one.high - one.low


@pytest.mark.parametrize(("n_hits", "n", "text"), [(45, 50, "90.0% (78.6 to 95.7)"), (1, 500, "0.20% (0.04 to 1.12)")])
def test_small_shares_are_written_with_more_digits(n_hits: int, n: int, text: str) -> None:
    assert str(Share.of_count(n_hits, n)) == text


@pytest.mark.parametrize(
    ("n", "low", "high"), [(0, 0.0, 3.689), (1, 0.025, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)]
)
def test_a_rate_has_nearly_the_exact_interval(n: int, low: float, high: float) -> None:
    rate = Rate.of(n, time=1.0)

    assert (rate.low, rate.high) == pytest.approx((low, high), rel=0.02, abs=0.02)


def test_a_rate_is_per_unit_of_time() -> None:
    rate, per_second = Rate.of(12, time=2.0), Rate.of(12, time=7_200.0)

    assert (rate.value, rate.n) == (6.0, 12)
    assert rate.high == pytest.approx(3_600 * per_second.high)
