"""Run a PostgreSQL server of Debian's package for a test, if it is installed."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from tests.app.ports import free_port

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
NO_POSTGRES = "no PostgreSQL here; taught words are tested in one (apt-get install postgresql)"
USER = "postgres" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root


class Postgres:
    """A server with an empty database, which may stop and start again."""

    def __init__(self, folder: Path) -> None:
        self._data, self._port = folder / "data", free_port()
        self._programs = PROGRAMS[-1].parent
        if USER:
            shutil.chown(folder, USER)
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "heed", "-E", "UTF8", "--locale", "C", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://heed@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", self._data, "-p", str(self._port), "-k", "", "-F"],
            user=USER,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 30
        while self._is_silent() and time.monotonic() < end:
            time.sleep(0.05)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-D", self._data, "-m", "immediate")
        self._server.wait()

    def _is_silent(self) -> bool:
        asked = [os.fspath(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return subprocess.run(asked).returncode != 0

    def _run(self, program: str, *arguments: str | Path) -> None:
        command: list[str | Path] = [self._programs / program, *arguments]
        subprocess.run(command, user=USER, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def postgres() -> Iterator[Postgres]:
    folder = Path(mkdtemp(prefix="heed-postgres-"))
    server = Postgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
