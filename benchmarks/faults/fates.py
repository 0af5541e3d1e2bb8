"""Keep a steady load on a service, note the fate of each request, and time its health checks."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

TIMEOUT_S = 30.0
HEALTH_EVERY_S = 0.1

# The fates of a request. A lost one was sent whole and never answered whole.
ANSWERED, BUSY, REFUSED, UNSENT, LOST, FAULT = "answered", "busy (503)", "refused", "unsent", "lost", "5xx"


@dataclass
class Fates:
    """The fates of a load's requests, and the time of the last bad one."""

    counts: Counter[str] = field(default_factory=Counter)
    last_bad: float | None = None

    def note(self, fate: str) -> None:
        self.counts[fate] += 1
        if fate not in (ANSWERED, BUSY):
            self.last_bad = time.monotonic()


@dataclass
class Health:
    """How long ``GET /livez`` took on fresh connections, and how often it had no answer."""

    waits_s: list[float] = field(default_factory=list)
    n_failed: int = 0


async def load(port: int, requests: list[bytes], *, per_second: float, n_seconds: float, fates: Fates) -> None:
    """Send requests at a steady rate, each on a connection of its own; nothing is tried again."""
    async with asyncio.TaskGroup() as group:
        start = time.monotonic()
        for number in range(int(per_second * n_seconds)):
            await asyncio.sleep(max(0.0, start + number / per_second - time.monotonic()))
            group.create_task(_request(port, requests[number % len(requests)], fates))


async def ask_health(port: int, *, n_seconds: float, health: Health) -> None:
    async with asyncio.TaskGroup() as group:
        end = time.monotonic() + n_seconds
        while time.monotonic() < end:
            group.create_task(_ask_health(port, health))
            await asyncio.sleep(HEALTH_EVERY_S)


async def _request(port: int, request: bytes, fates: Fates) -> None:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        fates.note(REFUSED)
        return
    try:
        writer.write(request)
        await _soon(writer.drain())
    except OSError:
        writer.transport.abort()
        fates.note(UNSENT)
        return
    fates.note(await _answer(reader))
    writer.transport.abort()


async def _answer(reader: asyncio.StreamReader) -> str:
    try:
        head = await _soon(reader.readuntil(b"\r\n\r\n"))
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await _soon(reader.readexactly(length))
    except (OSError, asyncio.IncompleteReadError):  # a timeout is an OSError too
        return LOST
    status = int(head.split()[1])
    if status == 503:
        return BUSY
    return FAULT if status >= 500 else ANSWERED


async def _ask_health(port: int, health: Health) -> None:
    start = time.monotonic()
    fates = Fates()
    await _request(port, b"GET /livez HTTP/1.1\r\nHost: heed\r\nConnection: close\r\n\r\n", fates)
    if fates.counts[ANSWERED]:
        health.waits_s.append(time.monotonic() - start)
    else:
        health.n_failed += 1


async def _soon(awaitable: Awaitable[T]) -> T:
    async with asyncio.timeout(TIMEOUT_S):
        return await awaitable
