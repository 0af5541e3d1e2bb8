"""Count the processors that this process may use, also in a container."""

import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")


def usable_cpus(cgroups: Path = CGROUPS) -> int:
    """Count the whole processors that this process may keep busy, at least 1; a container may have few."""
    return max(1, int(min(_n_allowed(), _quota(cgroups))))


def _n_allowed() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS binds no process to processors


def _quota(cgroups: Path) -> float:
    """Read the processors' worth of time that the kernel grants: cgroup v2 in one file, v1 in two; else infinity."""
    if (cgroups / "cpu.max").is_file():
        quota, period = (cgroups / "cpu.max").read_text().split()
    elif (cgroups / "cpu" / "cpu.cfs_quota_us").is_file():
        quota = (cgroups / "cpu" / "cpu.cfs_quota_us").read_text().strip()
        period = (cgroups / "cpu" / "cpu.cfs_period_us").read_text().strip()
    else:
        return float("inf")
    return float("inf") if quota in ("max", "-1") else int(quota) / int(period)
