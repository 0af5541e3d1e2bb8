"""Read and write taught words in their database. A revision that grows with each write says when to read again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select, update

from app.refusals import TooManyWords, WordChanged, WordExists, WordsUnavailable
from app.words.database import Database, recordings, revisions, words
from app.words.entries import Entry, Recording
from model.appraisal import LookAlike
from model.bank import N_PLACES, N_USED
from model.embedding import N_FEATURES
from model.logistic import Line

MAX_WORDS = 200

_WITHOUT_SOUND = [column for column in recordings.columns if column is not recordings.c.wav]


class News(NamedTuple):
    """The words of a revision: for each its own revision, and those that are new or changed."""

    revision: int
    revisions: Mapping[str, int]
    entries: Mapping[str, Entry]


class Store:
    """The taught words of all processes and machines that share a database. Several threads may call it at once.

    Each method raises :class:`WordsUnavailable` where the database can't be used.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    def news(self, revision: int, known: Mapping[str, int]) -> News | None:
        """Read what has changed since a revision; None if nothing has. Entries come without their sound.

        Args:
            known: the words that were read before, each with its revision.
        """
        if not self._database.exists:
            if revision:
                raise WordsUnavailable("the database of taught words is gone; restore its file")
            return None
        with self._database.reading() as connection:
            newest = connection.scalars(select(revisions.c.revision)).one()
            if newest == revision:
                return None
            listed = select(words.c.word, words.c.revision).order_by(words.c.revision, words.c.word)
            rows = dict(connection.execute(listed).all())
            changed = [word for word, number in rows.items() if known.get(word) != number]
            entries = {word: entry for word in changed if (entry := _read(connection, word))}
        return News(newest, rows, entries)

    def sounds(self, word: str) -> dict[str, bytes]:
        """Read the recordings of a word, by their ids, each as a WAV."""
        with self._database.reading() as connection:
            rows = select(recordings.c.id, recordings.c.wav).where(recordings.c.word == word)
            return dict(connection.execute(rows).all())

    def put(self, *entries: Entry) -> None:
        """Keep words, each in the place of an entry of the same name; all or none.

        Raises:
            TooManyWords: there would be more than ``MAX_WORDS``.
        """
        with self._change() as (connection, revision):
            for entry in entries:
                _remove(connection, entry.word)
                _write(connection, entry, revision)
            _check_number(connection)

    def replace(self, entry: Entry, *, word: str, revision: int | None) -> None:
        """Keep an entry in the place of the word that it was made from, under the same name or a new one.

        Raises:
            WordChanged: the word has another revision than that by now.
            WordExists: another word has the new name.
        """
        with self._change() as (connection, newest):
            if connection.scalar(select(words.c.revision).where(words.c.word == word)) != revision:
                raise WordChanged(f"the word {word!r} was changed or forgotten meanwhile; look at it and try again")
            _remove(connection, word)
            if connection.scalar(select(words.c.word).where(words.c.word == entry.word)):
                raise WordExists(f"the word {entry.word!r} is taught already; forget it first")
            _write(connection, entry, newest)

    def remove(self, word: str) -> None:
        with self._change() as (connection, _):
            _remove(connection, word)

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def _change(self) -> Iterator[tuple[Connection, int]]:
        """Make the next revision; its row keeps other writers waiting until this one is done."""
        with self._database.writing() as connection:
            connection.execute(update(revisions).values(revision=revisions.c.revision + 1))
            yield connection, connection.scalars(select(revisions.c.revision)).one()


def _check_number(connection: Connection) -> None:
    n_words = connection.scalars(select(func.count()).select_from(words)).one()
    if n_words > MAX_WORDS:
        raise TooManyWords(f"that would make {n_words} taught words, and heed keeps {MAX_WORDS}; forget some first")


def _remove(connection: Connection, word: str) -> None:
    connection.execute(delete(recordings).where(recordings.c.word == word))
    connection.execute(delete(words).where(words.c.word == word))


def _write(connection: Connection, entry: Entry, revision: int) -> None:
    row = {
        "word": entry.word,
        "text": entry.text,
        "taught_at": entry.taught_at,
        "line": np.append(entry.line.weights, entry.line.intercept).astype("<f4").tobytes(),
        "teacher": entry.teacher,
        "recall": entry.recall,
        "look_alikes": [[alike.word, alike.likeness] for alike in entry.look_alikes],
        "revision": revision,
    }
    connection.execute(insert(words), row)
    connection.execute(insert(recordings), [_row(entry.word, *numbered) for numbered in enumerate(entry.recordings)])


def _row(word: str, place: int, recording: Recording) -> dict[str, Any]:
    return {
        "id": recording.id,
        "word": word,
        "place": place,
        "source": recording.source,
        "seconds": recording.seconds,
        "wav": recording.wav,
        "features": recording.features.astype("<f4").tobytes(),
    }


def _read(connection: Connection, word: str) -> Entry | None:
    row = connection.execute(select(words).where(words.c.word == word)).one_or_none()
    taken = select(*_WITHOUT_SOUND).where(recordings.c.word == word).order_by(recordings.c.place)
    takes = tuple(_recording(found) for found in connection.execute(taken))
    if row is None or not takes:  # forgotten since the words were listed
        return None
    numbers = np.frombuffer(row.line, "<f4")
    return Entry(
        word=row.word,
        text=row.text,
        taught_at=row.taught_at,
        recordings=takes,
        line=Line(numbers[:-1], float(numbers[-1])),
        teacher=row.teacher,
        recall=row.recall,
        look_alikes=tuple(LookAlike(*pair) for pair in row.look_alikes),
    )


def _recording(row: Any) -> Recording:
    features = np.frombuffer(row.features, "<f4").reshape(1, N_PLACES, N_USED * N_FEATURES)
    return Recording(id=row.id, source=row.source, seconds=row.seconds, wav=b"", features=features)
