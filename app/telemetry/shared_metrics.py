"""A number of processes in, a folder in which they count together out; and from it what they have counted in all.

prometheus_client adds up what processes write into files mapped into their memory. Left alone it takes new files for
each process, so a service whose workers keep dying would fill its disk; and these have holes, so that a full disk kills
who writes there. Here all files are made whole at the start, a set for each seat; a process takes a free seat and goes
on counting where the last one there stopped.
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
LIVE = "gauge_livesum"  # what only counts as long as its process lives
KINDS = ("counter", "histogram", "gauge_max", LIVE)
FILE_BYTES = 128 * 1024  # for 600 values; heed has some 300
N_SPARE_SEATS = 1  # while a process is replaced there may be one more

logger = logging.getLogger("uvicorn.error")


@contextmanager
def shared_metrics(n_processes: int) -> Iterator[None]:
    """Have all processes that are started meanwhile count together; one alone needs no folder."""
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
    """Count where the processes count together, if they do; to be called once, before there are metrics."""
    for lock in _locks():
        if _take(lock) is not None:  # and never given back: the system does so, whatever a process dies of
            _forget_the_living(lock)
            values.ValueClass = values.MultiProcessValue(lambda seat=lock.stem: seat)  # type: ignore[no-untyped-call]
            return


def registry_of_all() -> CollectorRegistry | None:
    """What all processes have counted together; None where there is one alone."""
    locks = _locks()
    if not locks:
        return None
    for lock in locks:
        if (file := _take(lock)) is not None:  # nobody sits there
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
