"""Count the live streams of a process, and listen to all of them on one thread, second by second in turn."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from starlette import status
from structlog.typing import FilteringBoundLogger

from app.settings import Settings
from app.streaming.listener import Listener
from app.streaming.messages import Refusal
from app.telemetry.logs import plain
from app.telemetry.metrics import Metrics
from model.detector import Event


class Streams:
    """All live streams of a process, and the thread that listens to them, a second of one after a second of another.

    Clips have another thread: one of a minute would keep live streams waiting for the better part of a second, where
    two threads share a processor by the millisecond.

    Attributes:
        idle_seconds: how long a client may send nothing.
        sample_rate: of the samples, in Hz, unless the client says otherwise.
    """

    def __init__(self, settings: Settings, metrics: Metrics, event_log: FilteringBoundLogger) -> None:
        self.idle_seconds = settings.stream_idle_seconds
        self.sample_rate = settings.stream_sample_rate
        self._metrics = metrics
        self._event_log = event_log
        self._max_streams = settings.max_streams
        self._n_streams = 0
        self._thread = ThreadPoolExecutor(1, "streams")

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count one more stream, for as long as it is open."""
        self._n_streams += 1
        self._metrics.streams_open.inc()
        try:
            yield
        finally:
            self._n_streams -= 1
            self._metrics.streams_open.dec()

    def refuse_if_too_many(self) -> None:
        """
        Raises:
            Refusal: more streams are open than may be.
        """
        if self._n_streams > self._max_streams:
            message = f"{self._max_streams} streams are open already; try again later"
            raise Refusal(status.WS_1013_TRY_AGAIN_LATER, message)

    def note(self, event: str, *, code: int, seconds: float, n_commands: int, host: str | None) -> None:
        """Log that a stream has ended, and count it by its code."""
        self._metrics.stream_ended(code)
        client = None if host is None else plain(host)
        self._event_log.info(event, code=code, seconds=round(seconds, 3), commands=n_commands, client=client)

    async def listen(self, listener: Listener, chunk: bytes) -> list[Event]:
        """Listen to a chunk by the second, so that other streams have their turns between two seconds."""
        step = listener.bytes_per_second
        pieces = [chunk[start : start + step] for start in range(0, len(chunk), step)]
        return [event for piece in pieces for event in await self._run(listener, partial(listener.listen, piece))]

    async def finish(self, listener: Listener) -> list[Event]:
        """Return the events that only the end of the stream brings."""
        return await self._run(listener, listener.finish)

    async def beat(self) -> None:
        """Come round the thread once; where it is stuck this takes for ever."""
        await asyncio.get_running_loop().run_in_executor(self._thread, int)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    async def _run(self, listener: Listener, work: Callable[[], list[Event]]) -> list[Event]:
        seconds_before = listener.seconds
        events = await asyncio.get_running_loop().run_in_executor(self._thread, work)
        self._metrics.stream_seconds.inc(listener.seconds - seconds_before)
        self._metrics.spotted(event.label for event in events)
        return events
