"""The same client for programs that run on asyncio."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import AsyncExitStack
from os import PathLike
from pathlib import Path
from typing import Any, Self, Unpack

import httpx2
from websockets.asyncio.client import ClientConnection, connect

from heed_client import exchange, stream
from heed_client.answers import SpottedEvent, TaughtWord, Transcription
from heed_client.exchange import DEFAULT_URL, N_RETRIES, TIMEOUT_SECONDS, Options


class AsyncClient:
    """Asks one service, as :class:`~heed_client.Client` does; several tasks may share a client."""

    def __init__(
        self, url: str = DEFAULT_URL, *, api_key: str | None = None, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._headers = exchange.credentials(api_key)
        self._http = httpx2.AsyncClient(base_url=exchange.address(url), headers=self._headers, timeout=timeout_seconds)

    async def transcribe(self, clip: str | PathLike[str] | bytes, **options: Unpack[Options]) -> Transcription:
        """Say which command words a recording holds; see :meth:`~heed_client.Client.transcribe`."""
        return exchange.transcription(await self._ask(exchange.transcription_request(await _bytes(clip), options)))

    async def words(self) -> tuple[str, ...]:
        """List the command words that the service knows."""
        return exchange.words(await self._ask(exchange.LABELS))

    async def teach(
        self,
        word: str,
        recordings: Iterable[str | PathLike[str] | bytes] = (),
        *,
        text: str | None = None,
        language: str | None = None,
    ) -> TaughtWord:
        """Teach the service a word; see :meth:`~heed_client.Client.teach`."""
        sounds = [await _bytes(recording) for recording in recordings]
        return exchange.taught_word(await self._ask(exchange.lesson(word, sounds, text, language)))

    async def taught(self) -> tuple[TaughtWord, ...]:
        """List the words that the service was taught."""
        return exchange.taught_words(await self._ask(exchange.TAUGHT))

    async def forget(self, word: str) -> None:
        """Let the service forget a word that it was taught, and its recordings."""
        exchange.check(await self._ask(exchange.farewell(word)))

    async def listen(
        self,
        chunks: AsyncIterable[bytes],
        *,
        sample_rate: int = 16_000,
        model: str | None = None,
        words: Iterable[str] | None = None,
        threshold: float | None = None,
    ) -> AsyncGenerator[SpottedEvent, None]:
        """Yield each command in live sound as soon as it is heard; see :meth:`~heed_client.Client.listen`."""
        url = stream.stream_url(self._http.base_url)
        async with AsyncExitStack() as stack:
            with stream.conversing(url):
                socket = await stack.enter_async_context(connect(url, additional_headers=self._headers))
                stack.push_async_callback(socket.close)
                await socket.send(stream.config(sample_rate, model, words, threshold))
            async for chunk in chunks:
                for event in await _events(url, socket, chunk):
                    yield event
            for event in await _events(url, socket, stream.END):
                yield event

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(self, request: dict[str, Any], n_retries: int = N_RETRIES) -> httpx2.Response:
        with exchange.reaching(self._http.base_url):
            response = await self._http.request(**request)
        pause = exchange.seconds_to_retry(response)
        if pause is None or n_retries == 0:
            return response
        await asyncio.sleep(pause)
        return await self._ask(request, n_retries - 1)


async def _bytes(clip: str | PathLike[str] | bytes) -> bytes:
    return clip if isinstance(clip, bytes) else await asyncio.to_thread(Path(clip).read_bytes)


async def _events(url: str, socket: ClientConnection, message: bytes | str) -> list[SpottedEvent]:
    with stream.conversing(url):
        await socket.send(message)
        answer = await socket.recv()
        if stream.is_refusal(answer):
            await socket.recv()  # raises, because a close follows
        return stream.events_of(answer)
