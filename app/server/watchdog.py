"""End a process that is stuck, with the tracebacks of all its threads."""

import asyncio
import faulthandler
from collections.abc import Awaitable, Callable

BEAT_SECONDS = 1.0
STDERR = 2


async def watch(*beats: Callable[[], Awaitable[None]], hang_seconds: float) -> None:
    """Come round everything that must not get stuck, again and again: the event loop, and the threads of ``beats``.

    A thread in C, which needs neither the loop nor Python's lock, waits for the next round. If none comes it ends the
    process with status 1, and the supervisor starts another.
    """
    try:
        while True:
            faulthandler.dump_traceback_later(hang_seconds, exit=True, file=STDERR)
            await asyncio.sleep(min(BEAT_SECONDS, hang_seconds / 4))
            for beat in beats:
                await beat()
    finally:
        faulthandler.cancel_dump_traceback_later()
