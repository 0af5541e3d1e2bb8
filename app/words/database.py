"""Keep taught words in a database: its tables, how they are brought up to date, and how it is reached."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.refusals import WordsUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0001"  # migration
MIGRATION_LOCK = 0x68656564  # a number that no other program in the same PostgreSQL database is likely to lock
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 3, 10
LOCKED_SECONDS = 5.0  # how long one process waits for another one's write

tables = MetaData()
words = Table(
    "heed_words",
    tables,
    Column("word", String(64), primary_key=True),
    Column("text", Text),
    Column("taught_at", DateTime, nullable=False),  # UTC
    Column("line", LargeBinary, nullable=False),
    Column("teacher", String(64), nullable=False),
    Column("recall", Float),
    Column("look_alikes", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
)
recordings = Table(
    "heed_recordings",
    tables,
    Column("id", String(32), primary_key=True),
    Column("word", String(64), ForeignKey("heed_words.word"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("source", String(16), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("wav", LargeBinary, nullable=False),
    Column("features", LargeBinary, nullable=False),
)
revisions = Table("heed_revision", tables, Column("revision", Integer, nullable=False))  # one row, the newest
migrations = Table("heed_migration", MetaData(), Column("version_num", String(32), nullable=False))  # Alembic's own


class Database:
    """A database, reached when it is first needed. Several threads may use it at once.

    A SQLite file and its folder are made by the first write.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        database = self._engine.url.database
        self._file = Path(database) if self._is_sqlite and database else None
        self._is_up_to_date = False

    @property
    def exists(self) -> bool:
        """Tell whether there can be words: a SQLite file may not be there yet."""
        return self._file is None or self._file.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        Raises:
            WordsUnavailable: the database can't be used.
        """
        with _explained():
            self._bring_up_to_date()
            with self._engine.begin() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write all that is written meanwhile, or nothing; one writer comes after another.

        Raises:
            WordsUnavailable: the database can't be used.
        """
        with _explained():
            if self._file:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            self._bring_up_to_date()
            with self._engine.execution_options(writes=True).begin() as connection:
                yield connection

    def close(self) -> None:
        self._engine.dispose()

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def _bring_up_to_date(self) -> None:
        """Make or change the tables, unless they are as this version of heed needs them; one process does."""
        if self._is_up_to_date:
            return
        if self._version() != NEWEST:
            with self._engine.execution_options(writes=True).begin() as connection:
                if not self._is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
                _migrate(connection)
        self._is_up_to_date = True

    def _version(self) -> str | None:
        with self._engine.begin() as connection:
            if not inspect(connection).has_table(migrations.name):
                return None
            return connection.scalar(select(migrations.c.version_num))


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        # each transaction opens the file anew, because another may be put in its place
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": LOCKED_SECONDS})
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin)
        return engine
    options = {  # no thread waits for a database for ever
        "connect_timeout": SECONDS_TO_CONNECT,
        "tcp_user_timeout": 1000 * SECONDS_TO_ANSWER,
        "options": f"-c statement_timeout={1000 * SECONDS_TO_ANSWER}",
    }
    return create_engine(url, pool_pre_ping=True, connect_args=options)


def _leave_transactions_to_us(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # Python's own transactions begin too late, and end before a table is made


def _begin(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")  # or two writers could wait for each other


def _migrate(connection: Connection) -> None:
    from alembic import command  # here, because a process whose tables are as they should be does without it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise WordsUnavailable(f"the database of taught words is of a newer version of heed: {error}") from error


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise WordsUnavailable(f"the database of taught words can't be used: {reason}") from error
