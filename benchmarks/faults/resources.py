"""Read the memory, file handles and threads of a process and its children, and how they grew with requests."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.service import family

QUANTITIES = ("own memory MB", "resident MB", "handles", "threads")
N_BLOCKS = 10
STUDENT_T = 2.306  # two-sided, 95 %, for the 8 degrees of freedom that a line through ten points leaves


@dataclass(frozen=True)
class Sample:
    """After so many requests, of all processes together.

    Own memory has no file behind it. Memory with a file behind it is resident more than once where processes share it,
    and a share of it (the kernel's PSS) would rise whenever another process that shares it ends.
    """

    n_requests: int
    figures: tuple[float, ...]


@dataclass(frozen=True)
class Growth:
    """Medians of the first and the last fifth, and the slope through ten blocks with its 95 % interval."""

    first: float
    last: float
    slope: float  # in 100,000 requests
    margin: float


def sample(pid: int, n_requests: int) -> Sample:
    figures = np.sum([_figures(Path(f"/proc/{member}")) for member in family(pid)], axis=0)
    return Sample(n_requests, tuple(figures.tolist()))


def growth(samples: list[Sample], place: int) -> Growth:
    """Of one quantity; samples are averaged in blocks, because neighbours are not independent."""
    figures = np.array([sample.figures[place] for sample in samples])
    requests = np.array([sample.n_requests for sample in samples]) / 100_000
    fifth = max(1, len(figures) // 5)
    slope, margin = _slope(_block_means(requests), _block_means(figures))
    return Growth(float(np.median(figures[:fifth])), float(np.median(figures[-fifth:])), slope, margin)


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    spread = x - x.mean()
    slope = float(spread @ y / (spread @ spread))
    residuals = y - y.mean() - slope * spread
    return slope, STUDENT_T * float(np.sqrt(residuals @ residuals / (len(x) - 2) / (spread @ spread)))


def _block_means(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([block.mean() for block in np.array_split(figures, N_BLOCKS)])


def _figures(process: Path) -> tuple[float, ...]:
    lines = (process / "smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    n_handles = sum(1 for _ in (process / "fd").iterdir())
    n_threads = sum(1 for _ in (process / "task").iterdir())
    return kilobytes["Anonymous"] / 1e3, kilobytes["Rss"] / 1e3, n_handles, n_threads
