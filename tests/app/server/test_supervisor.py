"""Processes that end or hang are replaced while the others serve on, and none outlives the supervisor."""

import os
import signal
import time
from pathlib import Path

import pytest

from app.server.supervisor import Supervisor, Worker
from benchmarks.service import family
from tests.app.server.test_processes import is_ready, service
from tests.app.serving import wait_until


def workers_of(pid: int) -> list[int]:
    """The processes that serve; multiprocessing has one of its own."""
    return [one for one in family(pid)[1:] if "spawn_main" in command_line(one)]


def command_line(pid: int) -> str:
    """How a process was started; empty if it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_that_ends_or_is_stuck_is_replaced(exported: Path, fault: signal.Signals) -> None:
    with service(exported, 2) as (process, url):
        wait_until(lambda: len(workers_of(process.pid)) == 2, seconds=90)  # the first has shown that it can start
        first, second = workers_of(process.pid)
        os.kill(first, fault)
        wait_until(lambda: first not in workers_of(process.pid) != [second], seconds=90)
        workers = workers_of(process.pid)
        wait_until(lambda: is_ready(url), seconds=90)
        is_served = any(is_ready(url) for _ in range(100))  # the new process answers 503 until it is warm

    assert is_served
    assert first not in workers
    assert len(workers) == 2


def test_a_process_whose_supervisor_is_gone_ends_too(exported: Path) -> None:
    with service(exported, 1) as (process, url):
        process.kill()
        process.wait()
        wait_until(lambda: not is_ready(url), seconds=10)
        is_served = is_ready(url)

    assert not is_served


def test_a_process_that_ends_early_is_replaced_later_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = Supervisor.__new__(Supervisor)
    worker = Worker.__new__(Worker)
    worker.started_at = time.monotonic()
    supervisor._workers, supervisor._n_early = [worker], [0]

    early = [supervisor._pause(0) for _ in range(7)]
    worker.started_at -= 100
    late = [supervisor._pause(0), supervisor._pause(0)]

    assert early == [0, 1, 3, 7, 15, 30, 30]
    assert late == [0, 0]
