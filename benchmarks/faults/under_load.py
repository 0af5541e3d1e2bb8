"""Kill, stop, fill and stall things under load, and count what it costs the other requests.

    python -m benchmarks.faults.under_load [NAME...]

A word of a fault's name runs that one alone.
"""

import asyncio
import os
import random
import shutil
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import websockets

from benchmarks.clips import EXAMPLE
from benchmarks.faults.fates import ANSWERED, BUSY, FAULT, LOST, REFUSED, UNSENT, Fates, Health, ask_health, load
from benchmarks.requests import form, raw, request
from benchmarks.service import Service, family, free_port, running
from benchmarks.table import table

PER_SECOND = 40.0
BEFORE_S, AFTER_S = 3.0, 15.0
FULL_TMP = "mount -t tmpfs -o size=4k tmpfs /tmp && head -c 9999 /dev/zero >/tmp/full; exec "
# For every process of the service. libfaketime would be more, but makes Python's own sleep fail.
MOVABLE_CLOCK = """
import os, time
now = time.time
time.time = lambda: now() + float(open(os.environ["CLOCK"]).read() or 0)
"""
SLOW_HEAD = b"POST /transcribe HTTP/1.1\r\nHost: heed\r\nA: "
SLOW_BODY = b"POST /transcribe HTTP/1.1\r\nHost: heed\r\nContent-Length: 30000\r\n\r\n"

Act = Callable[[Service, Path], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """A fault, and how the service is started for it."""

    name: str
    act: Act
    prefix: tuple[str, ...] = ()  # before the service's command
    ends: bool = False  # the service, which is then started anew


async def nothing(_: Service, __: Path) -> None:
    pass


async def kill_a_worker(service: Service, _: Path) -> None:
    os.kill(_workers(service)[0], signal.SIGKILL)


async def stop_a_worker(service: Service, _: Path) -> None:
    os.kill(_workers(service)[0], signal.SIGSTOP)


async def end_the_service(service: Service, _: Path) -> None:
    os.kill(service.pid, signal.SIGTERM)


async def move_the_clock(_: Service, folder: Path) -> None:
    """Move it a day on, then a week back."""
    for days in (1, -7):
        (folder / "clock").write_text(str(86_400 * days))
        await asyncio.sleep(AFTER_S / 3)


async def vanish_while_sending(service: Service, _: Path) -> None:
    for _number in range(500):
        _reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(SLOW_BODY + bytes(random.randrange(29_999)))
        await asyncio.sleep(0.01)
        writer.transport.abort()


async def sit_idle(service: Service, _: Path) -> None:
    with _connections(service, 1_000):
        await asyncio.sleep(AFTER_S)


async def send_slowly(service: Service, _: Path) -> None:
    with _connections(service, 500) as clients:
        for number, client in enumerate(clients):
            client.send(SLOW_HEAD if number % 2 else SLOW_BODY)
        end = time.monotonic() + AFTER_S
        while time.monotonic() < end:
            for client in clients:
                with suppress(OSError):
                    client.send(b"x")
            await asyncio.sleep(1)


async def stall_streams(service: Service, _: Path) -> None:
    """Send a second of sound, and then neither send nor read."""
    url = f"ws://127.0.0.1:{service.port}/stream"
    streams = await asyncio.gather(*[websockets.connect(url) for _ in range(200)], return_exceptions=True)
    for stream in streams:
        if not isinstance(stream, BaseException):
            with suppress(websockets.ConnectionClosed):
                await stream.send(bytes(32_000))
    await asyncio.sleep(AFTER_S)
    for stream in streams:
        if not isinstance(stream, BaseException):
            stream.transport.abort()


FAULTS = [
    Fault("nothing", nothing),
    Fault("SIGKILL of a worker", kill_a_worker),
    Fault("SIGSTOP of a worker", stop_a_worker),
    Fault("SIGTERM of the service", end_the_service, ends=True),
    Fault("full /tmp", nothing, prefix=("unshare", "--mount", "sh", "-c", FULL_TMP + '"$0" "$@"')),
    Fault("clock a day on, a week back", move_the_clock),
    Fault("500 clients vanish while sending", vanish_while_sending),
    Fault("1,000 idle sockets", sit_idle),
    Fault("500 slow heads and bodies", send_slowly),
    Fault("200 stalled streams", stall_streams),
]


def measured(fault: Fault) -> list[str]:
    with TemporaryDirectory(dir="/dev/shm") as folder:  # out of the way of the /tmp that is filled
        port, clock = free_port(), Path(folder) / "clock"
        clock.write_text("0")
        (clock.parent / "sitecustomize.py").write_text(MOVABLE_CLOCK)
        environment = {"HEED_PORT": str(port), "HEED_WORKERS": "2", "PYTHONPATH": folder, "CLOCK": str(clock)}
        command = [*fault.prefix, sys.executable, "-m", "app"]
        with running(command, port, environment) as service:
            return asyncio.run(_under_load(fault, service, Path(folder)))


async def _under_load(fault: Fault, service: Service, folder: Path) -> list[str]:
    await asyncio.sleep(2)  # for the second worker
    fates, health = Fates(), Health()
    clip = EXAMPLE.read_bytes()
    requests = [request("POST", "/transcribe", make(clip)) for make in (raw, form)] + [request("GET", "/labels")]
    seconds = BEFORE_S + (3.0 if fault.ends else AFTER_S)
    async with asyncio.TaskGroup() as group:
        group.create_task(load(service.port, requests, per_second=PER_SECOND, n_seconds=seconds, fates=fates))
        group.create_task(ask_health(service.port, n_seconds=seconds, health=health))
        await asyncio.sleep(BEFORE_S)
        since = time.monotonic()
        await fault.act(service, folder)
    recovered_s = max(0.0, (fates.last_bad or since) - since)
    waits = sorted(health.waits_s)
    figures = [str(fates.counts[fate]) for fate in (ANSWERED, BUSY, REFUSED, UNSENT, LOST, FAULT)]
    p99, longest = waits[int(0.99 * (len(waits) - 1))], waits[-1]
    return [fault.name, *figures, f"{p99:.3f}", f"{longest:.3f}", str(health.n_failed), f"{recovered_s:.1f}"]


def _workers(service: Service) -> list[int]:
    return [pid for pid in family(service.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@contextmanager
def _connections(service: Service, n: int) -> Iterator[list[socket.socket]]:
    """Open so many connections, and close them at the end."""
    with ExitStack() as stack:
        address = ("127.0.0.1", service.port)
        clients = [stack.enter_context(socket.create_connection(address)) for _ in range(n)]
        for client in clients:
            client.setblocking(False)
        yield clients


def main() -> None:
    chosen = [fault for fault in FAULTS if not sys.argv[1:] or any(name in fault.name for name in sys.argv[1:])]
    if os.geteuid() or not shutil.which("unshare"):
        chosen = [fault for fault in chosen if not fault.prefix]
        print("/tmp is left alone: to fill one for the service alone takes root and unshare", file=sys.stderr)
    columns = ["fault", ANSWERED, BUSY, REFUSED, UNSENT, LOST, FAULT]
    columns += ["health p99 (s)", "longest (s)", "unanswered", "last trouble after (s)"]
    print(table(columns, []))
    for fault in chosen:
        print(table(measured(fault), []).splitlines()[0], flush=True)


if __name__ == "__main__":
    main()
