"""Time calls in turn, so that other work on the machine affects all of them alike."""

from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

Call = Callable[[], object]


def interleaved_ms(calls: Mapping[str, Call], n_rounds: int, n_calls: int = 10) -> dict[str, NDArray[np.float64]]:
    """Times of single calls.

    Args:
        n_calls: how often each call is made in each round; one more comes first and is not counted, because the call
            before it left its own data in the caches.
    """
    milliseconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(n_rounds):
        for name, call in calls.items():
            call()
            for _ in range(n_calls):
                started = perf_counter()
                call()
                milliseconds[name].append(1000 * (perf_counter() - started))
    return {name: np.array(times) for name, times in milliseconds.items()}
