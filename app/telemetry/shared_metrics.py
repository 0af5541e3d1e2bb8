"""Let several processes count together, in files of a fixed size.

prometheus_client adds up the files that processes map into their memory. By itself it makes new files for each process,
so that a service whose workers keep dying fills its disk; and the files are sparse, so that a full disk kills the
process that writes. Here all files are made whole at the start, a set for each seat. A process takes a free seat and
goes on counting where the one before it stopped.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry, values
from prometheus_client.multiprocess import MultiProcessCollector

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # the way in which prometheus_client learns of the folder; not a setting of heed
LIVE = "gauge_livesum"  # gauges that count only while their process lives
KINDS = ("counter", "histogram", "gauge_max", LIVE)
FILE_BYTES = 128 * 1024  # for 600 values; heed has some 300
N_SPARE_SEATS = 1  # while a process is replaced there may be one more

logger = logging.getLogger("uvicorn.error")


@contextmanager
def shared_metrics(n_processes: int) -> Iterator[None]:
    """Let all processes that start meanwhile count together; one process alone needs no folder."""
    with ExitStack() as stack:
        if n_processes > 1:
            try:
                folder = Path(
                    stack.enter_context(TemporaryDirectory(prefix="heed-metrics-", ignore_cleanup_errors=True))
                )
                for seat in range(n_processes + N_SPARE_SEATS):
                    _make_seat(folder, seat)
            except OSError as error:
                logger.warning("Each process counts for itself, because there is no room for shared metrics: %s", error)
            else:
                os.environ[VARIABLE] = str(folder)
                stack.callback(os.environ.pop, VARIABLE)
        yield


def join_shared_metrics() -> None:
    """Take a seat among the processes that count together, if they do; to be called once, before metrics are made."""
    for lock in _locks():
        if _take(lock) is not None:  # never given back: the system does that, however a process ends
            _forget_the_living(lock)
            values.ValueClass = values.MultiProcessValue(lambda seat=lock.stem: seat)  # type: ignore[no-untyped-call]
            return


def registry_of_all() -> CollectorRegistry | None:
    """Return what all processes have counted together; None where there is one alone."""
    locks = _locks()
    if not locks:
        return None
    for lock in locks:
        if (file := _take(lock)) is not None:  # the seat is free
            _forget_the_living(lock)
            os.close(file)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(locks[0].parent))  # type: ignore[no-untyped-call]
    return registry


def _make_seat(folder: Path, seat: int) -> None:
    (folder / f"{seat}.lock").touch()
    for kind in KINDS:
        with (folder / f"{kind}_{seat}.db").open("wb") as file:
            file.write(bytes(FILE_BYTES))


def _locks() -> list[Path]:
    folder = os.environ.get(VARIABLE)
    return sorted(Path(folder).glob("*.lock")) if folder else []


def _take(lock: Path) -> int | None:
    file = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _forget_the_living(lock: Path) -> None:
    with (lock.parent / f"{LIVE}_{lock.stem}.db").open("r+b") as file:
        file.write(bytes(FILE_BYTES))
