"""The tables are made once, by one process, and are those that the newest migration leaves."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from app.refusals import WordsUnavailable
from app.words.database import MIGRATIONS, NEWEST, Database, migrations, revisions, tables
from tests.app.words.lessons import database


def test_migrations_make_the_tables_that_heed_uses(tmp_path: Path) -> None:
    with Database(database(tmp_path)).writing() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.name})

        assert compare_metadata(context, tables) == []


def test_the_newest_migration_is_the_last() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [NEWEST]


def test_many_may_begin_at_once(tmp_path: Path) -> None:
    def begin(_: int) -> int:
        with Database(database(tmp_path)).writing() as connection:
            return len(connection.execute(select(revisions)).all())

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(begin, range(8)))

    assert found == 8 * [1]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    kept = Database(database(tmp_path))

    with pytest.raises(ZeroDivisionError), kept.writing() as connection:
        connection.execute(insert(revisions), {"revision": 1 // 0})

    with kept.reading() as connection:
        assert connection.scalars(select(revisions.c.revision)).all() == [0]


def test_a_file_is_made_by_the_first_write(tmp_path: Path) -> None:
    kept = Database(database(tmp_path))
    before = kept.exists

    with kept.writing():
        pass

    assert (before, kept.exists) == (False, True)


def test_a_folder_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(WordsUnavailable, match="File exists"), Database(database(tmp_path)).writing():
        pass


def test_a_database_of_a_newer_heed_is_left_alone(tmp_path: Path) -> None:
    with Database(database(tmp_path)).writing() as connection:
        connection.execute(text("UPDATE heed_migration SET version_num = '9999'"))

    with pytest.raises(WordsUnavailable, match="newer version"), Database(database(tmp_path)).reading():
        pass
