"""Replace containers behind HAProxy one after the other under load, as a rolling update does, and count what it costs.

    docker build -t heed . && python -m benchmarks.faults.rolling_update

It needs Docker and HAProxy (Debian: apt-get install haproxy). The containers run as in deploy/kubernetes: one process,
five seconds of drain, a read-only root. HAProxy asks for /readyz as the probes do, and tries nothing again.
"""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.clips import EXAMPLE
from benchmarks.faults.fates import ANSWERED, BUSY, FAULT, LOST, REFUSED, UNSENT, Fates, Health, ask_health, load
from benchmarks.faults.http_client import Client
from benchmarks.requests import form, raw, request
from benchmarks.service import free_port
from benchmarks.table import table

N_REPLICAS, N_UPDATES = 2, 3
PER_SECOND = 40.0
N_KEPT, PAUSE_SECONDS = 8, 0.2  # connections that are kept, and how long each rests between two requests
LOAD_SECONDS = 10.0
DRAIN_SECONDS = 5
LOCKED_UP = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
SETTINGS = ("-e", "HEED_WORKERS=1", "-e", f"HEED_DRAIN_SECONDS={DRAIN_SECONDS}", "-e", "HEED_LOG_LEVEL=warning")
CONFIG = """
defaults
    mode http
    retries 0
    timeout connect 2s
    timeout client 30s
    timeout server 30s
frontend all
    bind 127.0.0.1:{port}
    default_backend heed
backend heed
    balance leastconn
    option httpchk GET /readyz
    timeout check 2s
    default-server check inter 500ms fall 2 rise 1
{servers}
"""


class Replica:
    """A container of the image, at a port of this machine that stays the same for its successors."""

    def __init__(self) -> None:
        self.port = free_port()
        self.container = ""

    def start(self) -> None:
        publish = ("-p", f"127.0.0.1:{self.port}:8000")
        self.container = docker("run", "-d", "--rm", *LOCKED_UP, *SETTINGS, *publish, "heed")
        while not self._is_ready():
            time.sleep(0.2)

    def stop(self) -> None:
        docker("stop", "-t", "30", self.container)
        self.container = ""

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def balanced(replicas: list[Replica]) -> Iterator[int]:
    """HAProxy in front of the replicas; yields its port."""
    port = free_port()
    servers = "\n".join(f"    server heed{n} 127.0.0.1:{replica.port}" for n, replica in enumerate(replicas))
    with TemporaryDirectory() as folder:
        config = Path(folder) / "haproxy.cfg"
        config.write_text(CONFIG.format(port=port, servers=servers))
        with subprocess.Popen(["haproxy", "-f", config, "-db"], stderr=subprocess.DEVNULL) as process:
            try:
                yield port
            finally:
                process.terminate()


def update_all(replicas: list[Replica]) -> float:
    """Start a container more, then stop the oldest, until all are new; returns how long it took, in seconds."""
    start = time.monotonic()
    spare = next(replica for replica in replicas if not replica.container)
    for old in [replica for replica in replicas if replica.container]:
        spare.start()
        time.sleep(1)  # HAProxy notices it
        old.stop()
        spare = old
    return time.monotonic() - start


async def under_load(port: int, replicas: list[Replica]) -> tuple[Fates, Health, list[float]]:
    """Update all replicas several times while requests come, each on a connection of its own."""
    fates, health, seconds = Fates(), Health(), list[float]()
    clip = EXAMPLE.read_bytes()
    requests = [request("POST", "/transcribe", body) for body in (raw(clip), form(clip))]
    async with asyncio.TaskGroup() as group:
        updating = group.create_task(_update_often(replicas, seconds))
        while not updating.done():
            await asyncio.gather(
                load(port, requests, per_second=PER_SECOND, n_seconds=LOAD_SECONDS, fates=fates),
                ask_health(port, n_seconds=LOAD_SECONDS, health=health),
                *(_ask_again_and_again(port, requests[0], fates) for _ in range(N_KEPT)),
            )
    return fates, health, seconds


async def _ask_again_and_again(port: int, ask: bytes, fates: Fates) -> None:
    """Send requests over a connection that is kept as long as the other side keeps it."""
    end = time.monotonic() + LOAD_SECONDS
    async with Client(port) as client:
        while time.monotonic() < end:
            fate = await client.ask(ask)
            fates.note(ANSWERED if fate == "200" else BUSY if fate == "503" else LOST)
            await asyncio.sleep(PAUSE_SECONDS)


async def _update_often(replicas: list[Replica], seconds: list[float]) -> None:
    seconds.extend([await asyncio.to_thread(update_all, replicas) for _ in range(N_UPDATES)])


def main() -> int:
    if missing := [program for program in ("docker", "haproxy") if shutil.which(program) is None]:
        print(f"this needs {' and '.join(missing)}", file=sys.stderr)
        return 1
    replicas = [Replica() for _ in range(N_REPLICAS + 1)]
    try:
        for replica in replicas[:N_REPLICAS]:
            replica.start()
        with balanced(replicas) as port:
            time.sleep(2)
            fates, health, seconds = asyncio.run(under_load(port, replicas))
    finally:
        for replica in replicas:
            if replica.container:
                docker("rm", "-f", replica.container)
    columns = [
        "updates",
        "seconds each",
        ANSWERED,
        BUSY,
        REFUSED,
        UNSENT,
        LOST,
        FAULT,
        "health checks failed",
        "slowest, s",
    ]
    counts = [fates.counts[fate] for fate in (ANSWERED, BUSY, REFUSED, UNSENT, LOST, FAULT)]
    slowest = max(health.waits_s, default=0.0)
    row = [N_UPDATES, f"{sum(seconds) / len(seconds):.0f}", *counts, health.n_failed, f"{slowest:.2f}"]
    print(table(columns, [[str(cell) for cell in row]]))
    return 0 if set(fates.counts) == {ANSWERED} and not health.n_failed else 1


if __name__ == "__main__":
    sys.exit(main())
