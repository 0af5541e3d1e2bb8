"""Processes count together; one that dies leaves its counts behind, but nothing of its open work."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.telemetry import shared_metrics
from app.telemetry.shared_metrics import KINDS, VARIABLE, registry_of_all

WORKER = """
import sys
from prometheus_client import CollectorRegistry, Counter, Gauge
from app.telemetry.shared_metrics import join_shared_metrics, registry_of_all

join_shared_metrics()
registry = CollectorRegistry()
Counter("answers", "Answers", registry=registry).inc(int(sys.argv[1]))
Gauge("going", "Going on", registry=registry, multiprocess_mode="livesum").inc()
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def worker(n_answers: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has counted, until the end or until it is killed."""
    command = [sys.executable, "-c", WORKER, str(n_answers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def counted() -> tuple[float | None, float | None]:
    registry = registry_of_all()
    assert registry is not None
    return registry.get_sample_value("answers_total"), registry.get_sample_value("going")


def test_processes_count_together() -> None:
    with shared_metrics.shared_metrics(2), worker(3), worker(4):
        both = counted()

    assert both == (7, 2)


def test_a_killed_process_leaves_its_counts_but_nothing_that_is_going_on() -> None:
    with shared_metrics.shared_metrics(2), worker(3), worker(4) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        left = counted()

    assert left == (7, 1)


def test_processes_that_follow_each_other_take_no_more_files(temporary: Path) -> None:
    with shared_metrics.shared_metrics(2):
        before = sorted(temporary.rglob("*"))
        for n_answers in (1, 2, 3, 4, 5):
            with worker(n_answers) as process:
                process.send_signal(signal.SIGKILL)
                process.wait()
        after, (answers, _) = sorted(temporary.rglob("*")), counted()

    assert after == before
    assert answers == 15


def test_the_files_are_whole_before_anyone_writes(temporary: Path) -> None:
    with shared_metrics.shared_metrics(2):
        files = list(temporary.rglob("*.db"))
        n_bytes = [512 * file.stat().st_blocks for file in files]

    assert len(files) == 3 * len(KINDS)
    assert min(n_bytes) >= shared_metrics.FILE_BYTES


def test_the_folder_is_gone_at_the_end(temporary: Path) -> None:
    with shared_metrics.shared_metrics(2):
        during = os.environ[VARIABLE]

    assert during.startswith(str(temporary))
    assert (list(temporary.iterdir()), VARIABLE in os.environ) == ([], False)


def test_one_process_needs_no_folder(temporary: Path) -> None:
    with shared_metrics.shared_metrics(1):
        assert registry_of_all() is None
        assert list(temporary.iterdir()) == []


def test_without_room_the_service_starts_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc")

    with shared_metrics.shared_metrics(2):
        registry = registry_of_all()

    assert registry is None
    assert "no room for shared metrics" in caplog.text
