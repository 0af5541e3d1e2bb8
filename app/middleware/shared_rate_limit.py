"""Limit how often each client sends requests to all processes and machines together, by counts in Redis."""

import logging
from math import ceil
from time import time
from typing import Any, Self

from app.refusals import TooManyRequests

BURST_SECONDS = 2  # so many seconds' worth of requests may come at once

logger = logging.getLogger("uvicorn.error")


class SharedRateLimit:
    """A moving window for each client, which all services count in that name the same store.

    While the store can't be reached each process has its own limit alone.

    Args:
        store: the address of a Redis server, such as ``redis://localhost:6379``.
    """

    def __init__(self, store: str, per_second: float) -> None:
        from limits import RateLimitItemPerSecond  # here, because the package is optional
        from limits.aio.storage import RedisStorage
        from limits.aio.strategies import MovingWindowRateLimiter
        from redis.asyncio import ConnectionPool

        seconds = max(BURST_SECONDS, ceil(1 / per_second))
        self._per_second = per_second
        self._window = RateLimitItemPerSecond(max(1, int(per_second * seconds)), seconds, namespace="heed")
        self._connections = ConnectionPool.from_url(store)
        options: dict[str, Any] = {"connection_pool": self._connections, "wrap_exceptions": True}
        storage = RedisStorage(f"async+{store}", implementation="redispy", **options)
        self._limiter = MovingWindowRateLimiter(storage)
        self._is_lost = False

    @classmethod
    def of(cls, store: str | None, per_second: float | None) -> Self | None:
        """Count in a store, if there is one and a limit to count."""
        return cls(store, per_second) if store and per_second else None

    async def count(self, client: str) -> None:
        """
        Raises:
            TooManyRequests: if a client has asked too often, with the seconds until it may again.
        """
        from limits.errors import StorageError

        try:
            is_allowed = await self._limiter.hit(self._window, client)
            reset_at = 0.0 if is_allowed else (await self._limiter.get_window_stats(self._window, client)).reset_time
        except StorageError as error:
            self._note(lost=True, why=str(error))
            return
        self._note(lost=False)
        if not is_allowed:
            wait = max(1, ceil(reset_at - time()))
            detail = f"more than {self._per_second:g} requests a second; ask again in {wait} s"
            raise TooManyRequests(detail, retry_after_seconds=wait)

    async def close(self) -> None:
        await self._connections.aclose()

    def _note(self, *, lost: bool, why: str = "") -> None:
        """Log once that the store is lost, and once that it is back."""
        if lost and not self._is_lost:
            logger.error("HEED_RATE_LIMIT_STORE can't be reached, so each process limits for itself: %s", why)
        elif self._is_lost and not lost:
            logger.info("HEED_RATE_LIMIT_STORE is back, and limits hold for all processes together")
        self._is_lost = lost
