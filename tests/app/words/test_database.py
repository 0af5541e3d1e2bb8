"""The tables are made once, by one process, and are those that the newest migration leaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from app.refusals import WordsUnavailable
from app.words.database import MIGRATIONS, NEWEST, Database, migrations, revisions, tables
from tests.app.words.lessons import database


@pytest.fixture
def kept(url: str) -> Iterator[Database]:
    with closing(Database(url)) as kept:
        yield kept


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(database(tmp_path))) as kept:
        yield kept


def test_migrations_make_the_tables_that_heed_uses(kept: Database) -> None:
    with kept.writing() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.name})

        assert compare_metadata(context, tables) == []


def test_the_newest_migration_is_the_last() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [NEWEST]


def test_many_may_make_the_tables_at_once(url: str) -> None:
    def begin(_: int) -> int:
        with closing(Database(url)) as kept, kept.writing() as connection:
            return len(connection.execute(select(revisions)).all())

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(begin, range(8)))

    assert found == 8 * [1]


def test_a_write_that_fails_leaves_nothing(kept: Database) -> None:
    with pytest.raises(WordsUnavailable), kept.writing() as connection:
        connection.execute(insert(revisions), [{"revision": 7}, {"revision": None}])

    with kept.reading() as connection:
        assert connection.scalars(select(revisions.c.revision)).all() == [0]


def test_a_file_is_made_by_the_first_write(file: Database) -> None:
    before = file.exists

    with file.writing():
        pass

    assert (before, file.exists) == (False, True)


def test_a_folder_that_can_t_be_made_is_named(file: Database, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(WordsUnavailable, match="File exists"), file.writing():
        pass


def test_a_file_that_is_no_database_is_refused(file: Database, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/words.db").write_text("no database" * 100)

    with pytest.raises(WordsUnavailable, match="file is not a database"), file.reading():
        pass


def test_a_database_of_a_newer_heed_is_left_alone(url: str, kept: Database) -> None:
    with kept.writing() as connection:
        connection.execute(text("UPDATE heed_migration SET version_num = '9999'"))

    with (
        pytest.raises(WordsUnavailable, match="newer version"),
        closing(Database(url)) as another,
        another.reading(),
    ):
        pass
