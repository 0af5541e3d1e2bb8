"""Heartbeats in; where one stays away, the tracebacks of all threads and the end of the process out."""

import asyncio
import faulthandler
from collections.abc import Awaitable, Callable

BEAT_SECONDS = 1.0
STDERR = 2


async def watch(*hearts: Callable[[], Awaitable[None]], hang_seconds: float) -> None:
    """Pass through all that must not get stuck, time after time: this event loop, and the threads behind the hearts.

    What waits for them to come round is a thread of C that needs neither the loop nor Python's lock. It ends the
    process with status 1; the supervisor starts another.
    """
    try:
        while True:
            faulthandler.dump_traceback_later(hang_seconds, exit=True, file=STDERR)
            await asyncio.sleep(min(BEAT_SECONDS, hang_seconds / 4))
            for beat in hearts:
                await beat()
    finally:
        faulthandler.cancel_dump_traceback_later()
