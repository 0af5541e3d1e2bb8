"""Limit how often each client sends requests, and how many of its requests and streams are open."""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import NamedTuple

from app.refusals import TooManyRequests

BURST_SECONDS = 2.0  # so many seconds' worth of requests may come at once
MAX_CLIENTS = 10_000  # remembered at once, in about 3 MB


class _Bucket(NamedTuple):
    n_tokens: float
    at_seconds: float


class RateLimit:
    """A bucket of tokens for each client: a request takes one, and they come back at the rate; None sets no limit.

    The client whose last request is oldest is forgotten first, so that a flood of addresses can't fill the memory.
    """

    def __init__(self, per_second: float | None, clock: Callable[[], float] = monotonic) -> None:
        self.per_second = per_second or 0.0
        self.burst = max(1.0, self.per_second * BURST_SECONDS)
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def check(self, client: str) -> None:
        """
        Raises:
            TooManyRequests: if a client has asked too often, with the seconds until it may again.
        """
        missing = 1 - self._n_tokens(client) if self.per_second else 0
        if missing > 0:
            wait = ceil(missing / self.per_second)
            raise _too_many(f"more than {self.per_second:g} requests a second; ask again in {wait} s", wait)

    def count(self, client: str) -> None:
        if self.per_second:
            self._buckets[client] = _Bucket(self._n_tokens(client) - 1, self._clock())
            self._buckets.move_to_end(client)
            if len(self._buckets) > MAX_CLIENTS:
                self._buckets.popitem(last=False)

    def _n_tokens(self, client: str) -> float:
        bucket = self._buckets.get(client)
        if bucket is None:
            return self.burst
        return min(self.burst, bucket.n_tokens + (self._clock() - bucket.at_seconds) * self.per_second)


class ConcurrencyLimit:
    """Counts the open requests and streams of each client; None sets no limit."""

    def __init__(self, at_once: int | None) -> None:
        self.at_once = at_once
        self._n_open: dict[str, int] = {}

    def begin(self, client: str) -> None:
        """
        Raises:
            TooManyRequests: if as many are open as may be.
        """
        n_open = self._n_open.get(client, 0)
        if self.at_once is not None and n_open >= self.at_once:
            raise _too_many(f"{self.at_once} requests or streams of yours are open already; let one end first", 1)
        self._n_open[client] = n_open + 1

    def end(self, client: str) -> None:
        self._n_open[client] -= 1
        if not self._n_open[client]:
            del self._n_open[client]


def _too_many(detail: str, wait_seconds: int) -> TooManyRequests:
    return TooManyRequests(detail, retry_after_seconds=wait_seconds)
