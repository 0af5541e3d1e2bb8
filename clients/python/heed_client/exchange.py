"""Write the requests that a client sends, and read the answers; shared by the two clients, which only send."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypedDict, TypeVar
from urllib.parse import quote

import httpx2

from heed_client.answers import Answer, TaughtWord, Transcription
from heed_client.errors import foreign, refusal, unreachable

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT_SECONDS = 60.0
N_RETRIES = 3
LONGEST_PAUSE_SECONDS = 10

LABELS = {"method": "GET", "url": "labels"}
TAUGHT = {"method": "GET", "url": "words"}

T = TypeVar("T")


class Options(TypedDict, total=False):
    """How a clip is heard; the service decides what is left out.

    Attributes:
        model: the model to ask, where the service has several.
        words: the only commands that may be answered.
        threshold: least confidence of an accepted command, 0 to 1.
        top_k: how many alternatives to list.
        channel: "left", "right", a number from 0 to 7, "mean" or "best".
    """

    model: str | None
    words: Iterable[str] | None
    threshold: float | None
    top_k: int | None
    channel: str | int | None


def address(url: str) -> httpx2.URL:
    """Check the address of a service.

    Raises:
        ValueError: it is none of HTTP.
    """
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise ValueError(f"{url!r} is not an address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.host:
        raise ValueError(f"the address must begin with http:// or https://, as in {DEFAULT_URL}, not {url!r}")
    return parts


def credentials(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"Authorization": f"Bearer {api_key.strip()}"}


def transcription_request(clip: bytes, options: Options) -> dict[str, Any]:
    query: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    words = query.get("words", "")
    if not isinstance(words, str):
        query["words"] = ",".join(words)
    headers = {"Content-Type": "application/octet-stream"}
    return {"method": "POST", "url": "transcribe", "content": clip, "params": query, "headers": headers}


def lesson(word: str, recordings: Iterable[bytes], text: str | None, language: str | None) -> dict[str, Any]:
    """Write the request that teaches a word, in the place of one of the same name."""
    spoken = {name: value for name, value in {"text": text, "language": language}.items() if value is not None}
    files = [("file", (f"{number}.wav", recording)) for number, recording in enumerate(recordings, 1)]
    request = {"method": "PUT", "url": _address_of(word)}
    if not files:
        return request | {"json": spoken}
    return request | {"files": files, "data": spoken}


def farewell(word: str) -> dict[str, Any]:
    """Write the request that lets a word be forgotten."""
    return {"method": "DELETE", "url": _address_of(word)}


def _address_of(word: str) -> str:
    return f"words/{quote(word, safe='')}"


@contextmanager
def reaching(url: httpx2.URL) -> Iterator[None]:
    """Turn what the network does to a request into a sentence."""
    try:
        yield
    except httpx2.TransportError as error:
        raise unreachable(str(url), error) from error


def seconds_to_retry(response: httpx2.Response) -> int | None:
    """How long a busy service asks for, unless that is too long to wait."""
    pause = response.headers.get("Retry-After", "")
    if response.status_code not in (429, 503) or not pause.isdecimal() or int(pause) > LONGEST_PAUSE_SECONDS:
        return None
    return int(pause)


def transcription(response: httpx2.Response) -> Transcription:
    return _read(response, Transcription.of)


def words(response: httpx2.Response) -> tuple[str, ...]:
    """Read the commands, without the labels that stand for silence and for all other words."""
    return _read(response, lambda answer: tuple(label for label in answer["labels"] if not label.startswith("_")))


def taught_word(response: httpx2.Response) -> TaughtWord:
    return _read(response, TaughtWord.of)


def taught_words(response: httpx2.Response) -> tuple[TaughtWord, ...]:
    return _read(response, lambda answer: tuple(TaughtWord.of(word) for word in answer["words"]))


def check(response: httpx2.Response) -> None:
    """
    Raises:
        ServiceError: the service refuses.
    """
    if not response.is_success:
        raise refusal(response.status_code, response.headers, response.content)


def _read(response: httpx2.Response, of: Callable[[Answer], T]) -> T:
    check(response)
    try:
        return of(response.json())
    except (ValueError, KeyError, TypeError) as error:
        raise foreign(str(response.url)) from error
