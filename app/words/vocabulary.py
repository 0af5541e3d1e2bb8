"""Follow the database of taught words, and let all models of the process answer what is in it."""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from app.models import Models
from app.refusals import NoRecording, NotTaught, WordsUnavailable
from app.telemetry.metrics import Metrics
from app.words.archive import pack
from app.words.entries import Entry
from app.words.lessons import Lessons
from app.words.store import Store
from model.embedding import is_installed
from model.errors import HeedError
from model.teaching import TaughtWord

POLL_SECONDS = 0.25

logger = logging.getLogger("uvicorn.error")


class Known(NamedTuple):
    """A taught word, and at which revision of the database it was last changed."""

    entry: Entry
    word: TaughtWord
    revision: int


class Vocabulary:
    """Keeps a process's models like the database of taught words, which other processes write too.

    While the database can't be used the words that are known go on being heard.
    """

    def __init__(self, store: Store, lessons: Lessons, models: Models, metrics: Metrics) -> None:
        self._store, self._lessons, self._models, self._metrics = store, lessons, models, metrics
        self._known: Mapping[str, Known] = {}
        self._revision = 0
        self._is_lost, self._looking = False, asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "words")

    def __contains__(self, word: str) -> bool:
        return word in self._known

    @property
    def known(self) -> list[Known]:
        return [*self._known.values()]

    def find(self, word: str) -> Known:
        """
        Raises:
            NotTaught: there is no such word.
        """
        known = self._known.get(word)
        if known is None:
            raise NotTaught(f"the word {word!r} is not taught; GET /words lists the words that are")
        return known

    async def sound(self, word: str, number: str) -> bytes:
        """Read a recording, as a WAV.

        Raises:
            NotTaught, NoRecording: there is no such word, or it has none of this id.
        """
        self.find(word)
        sounds = await asyncio.to_thread(self._store.sounds, word)
        if number not in sounds:
            raise no_recording(word, number)
        return sounds[number]

    async def archive(self) -> bytes:
        """Pack all words and their recordings."""
        return await asyncio.to_thread(self._archive)

    async def look(self) -> None:
        """Take up what has changed.

        Raises:
            WordsUnavailable: the database can't be used.
        """
        if not is_installed():  # then no taught word can be heard
            return
        async with self._looking:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self._read)
            if found is not None:
                self._revision, self._known = found
                words = [known.word for known in self._known.values()]
                self._models.teach(words, self._lessons.teacher if words else None)
                self._metrics.begin_at_zero(self._known)
                logger.info("Taught words: %s", ", ".join(self._known) or "none")

    async def try_to_look(self) -> None:
        """Look, and log what is wrong once until it is right again."""
        try:
            await self.look()
        except Exception as error:  # whatever it is, the words that are known go on being heard
            if not self._is_lost:
                unexpected = None if isinstance(error, WordsUnavailable | HeedError) else error
                logger.error("Taught words stay as they are: %s", error, exc_info=unexpected)
            self._is_lost = True
        else:
            self._is_lost = False

    async def follow(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.try_to_look()

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def _archive(self) -> bytes:
        sounds, entries = dict[str, bytes](), []
        for known in self.known:
            of_word = self._store.sounds(known.entry.word)
            kept = tuple(recording for recording in known.entry.recordings if recording.id in of_word)
            entries += [replace(known.entry, recordings=kept)] if kept else []  # else it was changed just now
            sounds |= of_word
        return pack(entries, sounds)

    def _read(self) -> tuple[int, dict[str, Known]] | None:
        """Read and learn what has changed; None if nothing has."""
        known = self._known
        news = self._store.news(self._revision, {word: found.revision for word, found in known.items()})
        if news is None:
            return None
        changed = {
            word: Known(entry, self._lessons.remember(entry, self._store.sounds), news.revisions[word])
            for word, entry in news.entries.items()
        }
        found = {**known, **changed}
        return news.revision, {word: found[word] for word in news.revisions if word in found}


def no_recording(word: str, number: str) -> NoRecording:
    return NoRecording(f"the word {word!r} has no recording {number!r}; GET /words/{word} lists those that it has")
