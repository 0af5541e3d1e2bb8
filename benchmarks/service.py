"""Start a server, wait until it answers, and read what it takes of processor and memory."""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.clips import EXAMPLE
from benchmarks.requests import form

PATIENCE_S = 90.0
STOP_S = 15.0


@dataclass(frozen=True)
class Service:
    """A server that answers on 127.0.0.1, with all the processes that it started."""

    port: int
    pid: int
    log: Path

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def memory_mb(self) -> float:
        """Resident memory of all its processes; what they share counts for each."""
        pages = sum(int(_read(pid, "statm").split()[1]) for pid in family(self.pid))
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_seconds(self) -> float:
        """Processor time that its living processes have taken so far."""
        # the name, in parentheses, may hold spaces; utime and stime are the 14th and 15th field
        times = [_read(pid, "stat").rpartition(")")[2].split()[11:13] for pid in family(self.pid)]
        return sum(int(user) + int(system) for user, system in times) / os.sysconf("SC_CLK_TCK")


def heed(model: Path | None = None, *, key: str | None = None, **settings: object) -> AbstractContextManager[Service]:
    """heed as it ships, but for settings such as ``workers=1``, and without the words that the user has taught."""
    port = free_port()
    none_taught = {"database": f"sqlite:///{tempfile.gettempdir()}/heed-{port}/words.db"}
    chosen = none_taught | settings | {"port": port} | ({} if model is None else {"model": model})
    environment = {f"HEED_{name.upper()}": str(value) for name, value in chosen.items()}
    return running([sys.executable, "-m", "app"], port, environment, key)


@contextmanager
def running(command: list[str], port: int, environment: Mapping[str, str], key: str | None = None) -> Iterator[Service]:
    """Start a server, wait until ``POST /transcribe`` answers, and stop it with all its processes at the end.

    Args:
        key: what the request must carry where the server asks for an API key.

    Raises:
        RuntimeError: it ended or was not ready in time; the message holds the end of its log.
    """
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(process, port, {} if key is None else {"Authorization": f"Bearer {key}"})
            yield Service(port, process.pid, Path(log.name))
        except TimeoutError as error:
            log.seek(0)
            tail = log.read()[-2000:].decode(errors="replace")
            raise RuntimeError(f"{' '.join(command)} {error}: {tail}") from error
        finally:
            _stop(process)


def free_port() -> int:
    """One below the ports that connections get by themselves: a server that opens many might take its own."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: list[int] = []
    with suppress(FileNotFoundError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += [int(child) for child in (task / "children").read_text().split()]
    return [pid, *[member for child in children for member in family(child)]]


def _read(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


def _wait(process: subprocess.Popen[bytes], port: int, headers: Mapping[str, str]) -> None:
    body = form(EXAMPLE.read_bytes())
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise TimeoutError(f"ended with status {process.returncode}")
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("POST", "/transcribe", body.content, {"Content-Type": body.content_type, **headers})
            if connection.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise TimeoutError(f"was not ready within {PATIENCE_S:g} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    members = family(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
    for member in members:  # a child may outlive its parent, and would then disturb what is measured next
        with suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    process.wait()
