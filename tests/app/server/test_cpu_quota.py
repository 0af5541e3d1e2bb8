"""The number of workers follows the container's quota, not the host's cores."""

import os
from pathlib import Path

import pytest

from app.server.cpu_quota import usable_cpus

HOST_CPUS = set(range(8))


@pytest.fixture(autouse=True)
def host_with_eight_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: HOST_CPUS)


@pytest.mark.parametrize(
    ("cpu_max", "expected"),
    [("200000 100000", 2), ("350000 100000", 3), ("50000 100000", 1), ("6400000 100000", 8), ("max 100000", 8)],
)
def test_the_second_version_of_cgroups_is_read(tmp_path: Path, cpu_max: str, expected: int) -> None:
    (tmp_path / "cpu.max").write_text(cpu_max + "\n")

    n_cpus = usable_cpus(tmp_path)

    assert n_cpus == expected


@pytest.mark.parametrize(("quota", "expected"), [("300000", 3), ("10000", 1), ("-1", 8)])
def test_the_first_version_of_cgroups_is_read(tmp_path: Path, quota: str, expected: int) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota + "\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")

    n_cpus = usable_cpus(tmp_path)

    assert n_cpus == expected


def test_without_cgroups_every_allowed_cpu_counts(tmp_path: Path) -> None:
    n_cpus = usable_cpus(tmp_path)

    assert n_cpus == len(HOST_CPUS)


def test_where_processes_are_bound_to_no_cpus_all_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")  # as on macOS
    monkeypatch.setattr(os, "cpu_count", lambda: 10)

    n_cpus = usable_cpus(tmp_path)

    assert n_cpus == 10
