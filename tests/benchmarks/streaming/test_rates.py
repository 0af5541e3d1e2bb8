"""Counts and times in, rates out; the limits are the exact ones of a Poisson distribution, as tables give them."""

import pytest

from benchmarks.streaming.rates import Rate


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
