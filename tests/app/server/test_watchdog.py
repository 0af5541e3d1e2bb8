"""A process that gets stuck, on the event loop or behind it, ends with a traceback; one that goes on lives."""

import asyncio
import subprocess
import sys

from app.server.watchdog import watch

SCRIPT = """
import asyncio, time
from app.server.watchdog import watch

async def beat():
    {beat}

async def main():
    watchdog = asyncio.create_task(watch(beat, hang_seconds=1.0))
    await asyncio.sleep(0.3)
    {then}

asyncio.run(main())
print("survived")
"""


def outcome(*, beat: str, then: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT.format(beat=beat, then=then)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_thread_that_is_stuck_ends_the_process_with_tracebacks() -> None:
    result = outcome(beat="await asyncio.to_thread(time.sleep, 30)", then="await asyncio.sleep(30)")

    assert result.returncode == 1
    assert "Timeout" in result.stderr
    assert "in to_thread" in result.stderr or "in run" in result.stderr


def test_an_event_loop_that_is_stuck_ends_the_process_with_tracebacks() -> None:
    result = outcome(beat="pass", then="time.sleep(30)")

    assert result.returncode == 1
    assert "in main" in result.stderr


def test_a_process_that_goes_on_lives_and_may_end_as_slowly_as_it_likes() -> None:
    result = outcome(
        beat="pass", then="await asyncio.sleep(2); watchdog.cancel(); await asyncio.sleep(0); time.sleep(1.5)"
    )

    assert (result.returncode, result.stdout) == (0, "survived\n")


def test_every_beat_is_awaited_again_and_again() -> None:
    beats: list[str] = []

    async def first() -> None:
        beats.append("first")

    async def second() -> None:
        beats.append("second")

    async def scenario() -> None:
        watchdog = asyncio.create_task(watch(first, second, hang_seconds=30))
        await asyncio.sleep(2.5)
        watchdog.cancel()

    asyncio.run(scenario())

    assert beats[:4] == ["first", "second", "first", "second"]
