"""Simulate how long clips wait in front of one process or of many, behind a balancer that picks the least busy."""

import heapq

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]


def answer_times(
    *, n_processes: int, utilization: float, service_seconds: float, n_clips: int, generator: np.random.Generator
) -> Seconds:
    """Draw arrivals at random times, and return how long each clip takes from its arrival to its answer.

    A process works on one clip at a time, which always takes as long. A clip goes to the process that is free first,
    which is the one with the shortest queue where all clips are alike.

    Args:
        utilization: share of the time in which processes work, under 1.

    Shape: returns ``(n_clips,)`` in seconds.
    """
    rate = utilization * n_processes / service_seconds
    arrivals = np.cumsum(generator.exponential(1 / rate, n_clips))
    free_at = [0.0] * n_processes
    taken = np.empty(n_clips)
    for number, arrival in enumerate(arrivals):
        end = max(heapq.heappop(free_at), arrival) + service_seconds
        heapq.heappush(free_at, end)
        taken[number] = end - arrival
    return taken
