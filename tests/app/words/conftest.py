"""Fixtures for taught words: an empty database, in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.words.lessons import database
from tests.app.words.postgres import NO_POSTGRES, PROGRAMS, Postgres, postgres


@pytest.fixture
def server() -> Iterator[Postgres]:
    if not PROGRAMS:
        pytest.skip(NO_POSTGRES)
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return database(tmp_path)
    started: Postgres = request.getfixturevalue("server")
    return started.url
