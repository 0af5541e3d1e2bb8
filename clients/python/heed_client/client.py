"""The client for programs that wait for each answer."""

import time
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import Any, Self, Unpack

import httpx2
from websockets.sync.client import ClientConnection, connect

from heed_client import exchange, stream
from heed_client.answers import SpottedEvent, TaughtWord, Transcription
from heed_client.exchange import DEFAULT_URL, N_RETRIES, TIMEOUT_SECONDS, Options


class Client:
    """Asks one service; several threads may share a client.

    Every method raises :class:`~heed_client.ServiceError` if the service refuses or can't be reached. A service that is
    busy is asked again, three times at most, after the pause that it names.
    """

    def __init__(
        self, url: str = DEFAULT_URL, *, api_key: str | None = None, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._headers = exchange.credentials(api_key)
        self._http = httpx2.Client(base_url=exchange.address(url), headers=self._headers, timeout=timeout_seconds)

    def transcribe(self, clip: str | PathLike[str] | bytes, **options: Unpack[Options]) -> Transcription:
        """Say which command words a recording holds.

        Args:
            clip: a sound file, as its path or its bytes.
            options: see :class:`~heed_client.exchange.Options`.
        """
        return exchange.transcription(self._ask(exchange.transcription_request(_bytes(clip), options)))

    def words(self) -> tuple[str, ...]:
        """List the command words that the service knows."""
        return exchange.words(self._ask(exchange.LABELS))

    def teach(
        self,
        word: str,
        recordings: Iterable[str | PathLike[str] | bytes] = (),
        *,
        text: str | None = None,
        language: str | None = None,
    ) -> TaughtWord:
        """Teach the service a word, in the place of one of the same name.

        Args:
            recordings: sound files with the word once in each, as their paths or their bytes.
            text: what the service's own voices are to say, beside the recordings or alone.
            language: of the text, such as "de"; English by default.
        """
        sounds = [_bytes(recording) for recording in recordings]
        return exchange.taught_word(self._ask(exchange.lesson(word, sounds, text, language)))

    def taught(self) -> tuple[TaughtWord, ...]:
        """List the words that the service was taught."""
        return exchange.taught_words(self._ask(exchange.TAUGHT))

    def forget(self, word: str) -> None:
        """Let the service forget a word that it was taught, and its recordings."""
        exchange.check(self._ask(exchange.farewell(word)))

    def listen(
        self,
        chunks: Iterable[bytes],
        *,
        sample_rate: int = 16_000,
        model: str | None = None,
        words: Iterable[str] | None = None,
        threshold: float | None = None,
    ) -> Generator[SpottedEvent, None, None]:
        """Yield each command in live sound as soon as it is heard.

        Args:
            chunks: 16-bit little-endian samples of one channel. Each chunk waits for its answer, so one that lasts
                longer than the way to the service and back, such as 100 ms, keeps pace with a microphone.
            sample_rate: of the chunks, 8000 to 96000.
            model: the model that listens, where the service has several.
            words: the only commands that may be answered; all by default.
            threshold: least confidence of a command, 0 to 1.
        """
        url = stream.stream_url(self._http.base_url)
        with ExitStack() as stack:
            with stream.conversing(url):
                socket = stack.enter_context(connect(url, additional_headers=self._headers))
                stack.callback(socket.close)  # in order, also where the program stops to listen
                socket.send(stream.config(sample_rate, model, words, threshold))
            for chunk in chunks:
                yield from _events(url, socket, chunk)
            yield from _events(url, socket, stream.END)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, request: dict[str, Any], n_retries: int = N_RETRIES) -> httpx2.Response:
        with exchange.reaching(self._http.base_url):
            response = self._http.request(**request)
        pause = exchange.seconds_to_retry(response)
        if pause is None or n_retries == 0:
            return response
        time.sleep(pause)
        return self._ask(request, n_retries - 1)


def _bytes(clip: str | PathLike[str] | bytes) -> bytes:
    return clip if isinstance(clip, bytes) else Path(clip).read_bytes()


def _events(url: str, socket: ClientConnection, message: bytes | str) -> list[SpottedEvent]:
    with stream.conversing(url):
        socket.send(message)
        answer = socket.recv()
        if stream.is_refusal(answer):
            socket.recv()  # raises, because a close follows
        return stream.events_of(answer)
