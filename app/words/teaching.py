"""Teach words, change and forget them: what is accepted is in the database, and heard, before it is answered."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from app.models import Models
from app.refusals import Busy, LastRecording, NothingToLearn, TooManyRecordings
from app.words.archive import Unpacked, unpack
from app.words.entries import Entry, Recording
from app.words.lessons import Lessons, Take, Text
from app.words.store import Store
from app.words.vocabulary import Known, Vocabulary, no_recording
from model.errors import WordTaken

MAX_RECORDINGS = 50  # of a word
MAX_WAITING = 16  # lessons, most of which take under a second

T = TypeVar("T")


class Teaching:
    """Teaches the service words, one lesson after another on a thread of its own.

    Every method that changes a word raises what :class:`Store` raises, and ``Busy`` where too many lessons wait.
    """

    def __init__(self, store: Store, lessons: Lessons, vocabulary: Vocabulary, models: Models) -> None:
        self._store, self._lessons, self._vocabulary, self._models = store, lessons, vocabulary, models
        self._n_waiting = 0
        self._thread = ThreadPoolExecutor(1, "teacher")

    async def teach(self, word: str, takes: Sequence[Take], *, text: Text | None = None) -> Known:
        """Teach a word, new or in the place of an old one of the same name.

        Raises:
            WordTaken: the default model knows it already.
            NothingToLearn, NoVoice, TooManyRecordings: it can't be learned from this.
            AudioError, UnusableRecording: it can't be learned from one of the sound files.
        """
        self._check_name(word)
        _check_number(len(takes), has_text=text is not None)
        await self._on_thread(partial(self._teach, word, takes, text))
        return await self._heard(word)

    async def add(self, word: str, takes: Sequence[Take]) -> Known:
        """Teach a word with further recordings; see :meth:`teach`."""
        known = self._vocabulary.find(word)
        _check_number(len(takes))
        _check_number(len(takes) + sum(recording.source == "recording" for recording in known.entry.recordings))
        await self._on_thread(partial(self._revise, known, word, known.entry.recordings, takes))
        return await self._heard(word)

    async def rename(self, word: str, name: str) -> Known:
        """Give a word another name.

        Raises:
            WordTaken, WordExists: another word has it.
        """
        known = self._vocabulary.find(word)
        self._check_name(name)
        await self._on_thread(partial(self._revise, known, name, known.entry.recordings))
        return await self._heard(name)

    async def remove_recording(self, word: str, number: str) -> None:
        """Learn a word anew without one of its recordings.

        Raises:
            NoRecording, LastRecording: the word has none of this id, or no other.
        """
        known = self._vocabulary.find(word)
        others = [recording for recording in known.entry.recordings if recording.id != number]
        if len(others) == len(known.entry.recordings):
            raise no_recording(word, number)
        if not others:
            raise LastRecording(f"{word!r} was taught with nothing else; forget the word, or add a recording first")
        await self._on_thread(partial(self._revise, known, word, others))
        await self._vocabulary.look()

    async def take_over(self, archive: bytes) -> list[Known]:
        """Teach the words of an archive, each in the place of one of the same name; all or none.

        Raises:
            BadArchive, WordTaken, AudioError, UnusableRecording: it can't be taken over.
        """
        words = await asyncio.to_thread(unpack, archive)
        for word in words:
            self._check_name(word.word)
        await self._on_thread(partial(self._take_over, words))
        await self._vocabulary.look()
        return [self._vocabulary.find(word.word) for word in words]

    async def forget(self, word: str) -> None:
        self._vocabulary.find(word)
        await asyncio.to_thread(self._store.remove, word)
        await self._vocabulary.look()

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def _check_name(self, word: str) -> None:
        model = self._models.default
        if word in model.untaught.labels:
            raise WordTaken(f"{model.name} knows the word {word!r} already; teach another one")

    async def _heard(self, word: str) -> Known:
        await self._vocabulary.look()
        return self._vocabulary.find(word)

    def _teach(self, word: str, takes: Sequence[Take], text: Text | None) -> None:
        heard = self._lessons.hear(takes)
        spoken = self._lessons.speak(text) if text else []
        self._store.put(self._learned(word, [*heard, *spoken], text.text if text else None))

    def _take_over(self, words: Sequence[Unpacked]) -> None:
        self._store.put(*(self._learned(word.word, self._lessons.take_over(word.sounds), word.text) for word in words))

    def _revise(self, known: Known, name: str, kept: Sequence[Recording], takes: Sequence[Take] = ()) -> None:
        """Learn a word anew, under the same name or another, from some of its recordings and further ones."""
        word = known.entry.word
        sounds = self._store.sounds(word) if kept else {}
        recordings = [replace(recording, wav=sounds[recording.id]) for recording in kept if recording.id in sounds]
        entry = self._learned(name, [*recordings, *self._lessons.hear(takes)], known.entry.text, instead_of=word)
        self._store.replace(entry, word=word, revision=known.revision)

    def _learned(
        self, word: str, recordings: Sequence[Recording], text: str | None, *, instead_of: str | None = None
    ) -> Entry:
        others = [known.word for known in self._vocabulary.known if known.entry.word != instead_of]
        return self._lessons.learn(word, recordings, text=text, others=others)

    async def _on_thread(self, work: Callable[[], T]) -> T:
        if self._n_waiting >= MAX_WAITING:
            raise Busy(f"{MAX_WAITING} lessons wait already; try again in a few seconds", retry_after_seconds=5)
        self._n_waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._n_waiting -= 1


def _check_number(n_recordings: int, *, has_text: bool = False) -> None:
    if not n_recordings and not has_text:
        raise NothingToLearn("there is nothing to learn from; send recordings as fields 'file', or a text")
    if n_recordings > MAX_RECORDINGS:
        raise TooManyRecordings(f"that would make {n_recordings} recordings of a word; heed keeps {MAX_RECORDINGS}")
