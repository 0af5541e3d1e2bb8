"""What a process holds is read, and its growth is told."""

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.faults.resources import QUANTITIES, Sample, growth, sample


def samples(figures: list[float]) -> list[Sample]:
    """Of one quantity, a thousand requests apart."""
    return [Sample(1000 * place, (figure,)) for place, figure in enumerate(figures)]


def test_a_line_has_its_slope_in_100_000_requests() -> None:
    line = samples([50 + 0.2 * place for place in range(100)])

    grew = growth(line, 0)

    assert grew.slope == pytest.approx(20)
    assert grew.margin == pytest.approx(0, abs=1e-6)


def test_growth_is_from_the_first_fifth_to_the_last() -> None:
    steps = samples([10.0] * 20 + [11.0] * 60 + [15.0] * 20)

    grew = growth(steps, 0)

    assert (grew.first, grew.last) == (10, 15)


def test_the_slope_of_noise_is_within_its_margin() -> None:
    noise = samples(np.random.default_rng(0).normal(100, 5, 500).tolist())

    grew = growth(noise, 0)

    assert abs(grew.slope) < grew.margin


def test_an_open_file_is_a_handle_more(tmp_path: Path) -> None:
    place = QUANTITIES.index("handles")

    before = sample(os.getpid(), 0).figures[place]
    with (tmp_path / "file").open("w"):
        during = sample(os.getpid(), 0).figures[place]

    assert during == before + 1
