"""The plan past one machine counts as queueing theory and arithmetic do."""

import numpy as np
import pytest

from benchmarks.scale.capacity import Load, Measured, loads, plan, training_speedup
from benchmarks.scale.waiting import answer_times


def mean_time(utilization: float) -> float:
    times = answer_times(
        n_processes=1,
        utilization=utilization,
        service_seconds=1.0,
        n_clips=100_000,
        generator=np.random.default_rng(0),
    )
    return float(times.mean())


@pytest.mark.parametrize("utilization", [0.3, 0.5, 0.8])
def test_one_process_waits_as_long_as_pollaczek_and_khinchin_say(utilization: float) -> None:
    expected = 1 + utilization / (2 * (1 - utilization))

    assert mean_time(utilization) == pytest.approx(expected, rel=0.05)


def test_many_processes_together_wait_less_than_one() -> None:
    times = answer_times(
        n_processes=64, utilization=0.8, service_seconds=1.0, n_clips=50_000, generator=np.random.default_rng(0)
    )

    assert times.mean() < mean_time(0.8)
    assert times.min() == pytest.approx(1.0)


def test_a_plan_leaves_cores_to_spare() -> None:
    load = Load(name="load", busy_cores=70.0, requests=20_000, gbit=1.0)

    made = plan(load, Measured(), utilization=0.7, cores_a_machine=16, price=0.1)

    assert (made.cores, made.machines, made.haproxy_threads) == (100, 7, 2.0)
    assert made.a_month == pytest.approx(7_300)


def test_a_million_streams_take_a_thousand_times_as_much_as_a_thousand() -> None:
    few, _, many, *_ = loads(Measured())

    assert many.busy_cores == pytest.approx(1_000 * few.busy_cores)


def test_processes_on_a_link_without_limits_are_as_many_times_as_fast() -> None:
    speedup = training_speedup(8, step_seconds=0.1, gradient_bytes=3e6, bytes_a_second=np.inf, latency_seconds=0.0)

    assert speedup == 8
