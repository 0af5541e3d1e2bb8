"""Ask with the client that waits and with the asynchronous one, through the same calls."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from heed_client import AsyncClient, Client, SpottedEvent, TaughtWord, Transcription


class Waiting:
    def __init__(self, url: str, **options: Any) -> None:
        self.client = Client(url, **options)

    def transcribe(self, clip: str | Path | bytes, **options: Any) -> Transcription:
        with self.client as client:
            return client.transcribe(clip, **options)

    def words(self) -> tuple[str, ...]:
        with self.client as client:
            return client.words()

    def teach(self, word: str, *recordings: str | Path | bytes, **options: Any) -> TaughtWord:
        with self.client as client:
            return client.teach(word, recordings, **options)

    def taught(self) -> tuple[TaughtWord, ...]:
        with self.client as client:
            return client.taught()

    def forget(self, word: str) -> None:
        with self.client as client:
            client.forget(word)

    def listen(self, chunks: Iterable[bytes], **options: Any) -> list[SpottedEvent]:
        with self.client as client:
            return [*client.listen(chunks, **options)]


class Asynchronous:
    def __init__(self, url: str, **options: Any) -> None:
        self.client = AsyncClient(url, **options)

    def transcribe(self, clip: str | Path | bytes, **options: Any) -> Transcription:
        async def ask() -> Transcription:
            async with self.client as client:
                return await client.transcribe(clip, **options)

        return asyncio.run(ask())

    def words(self) -> tuple[str, ...]:
        async def ask() -> tuple[str, ...]:
            async with self.client as client:
                return await client.words()

        return asyncio.run(ask())

    def teach(self, word: str, *recordings: str | Path | bytes, **options: Any) -> TaughtWord:
        async def ask() -> TaughtWord:
            async with self.client as client:
                return await client.teach(word, recordings, **options)

        return asyncio.run(ask())

    def taught(self) -> tuple[TaughtWord, ...]:
        async def ask() -> tuple[TaughtWord, ...]:
            async with self.client as client:
                return await client.taught()

        return asyncio.run(ask())

    def forget(self, word: str) -> None:
        async def ask() -> None:
            async with self.client as client:
                await client.forget(word)

        asyncio.run(ask())

    def listen(self, chunks: Iterable[bytes], **options: Any) -> list[SpottedEvent]:
        async def ask() -> list[SpottedEvent]:
            async with self.client as client:
                return [event async for event in client.listen(_live(chunks), **options)]

        return asyncio.run(ask())


async def _live(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


Asking: TypeAlias = type[Waiting] | type[Asynchronous]
both = pytest.mark.parametrize("client", [Waiting, Asynchronous])
