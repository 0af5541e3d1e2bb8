"""Hits in, shares out: the same figures and intervals as those of training's report."""

import numpy as np
import pytest

from benchmarks.shares import Share
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
