"""Write and read the messages of a live stream, and turn the ways in which one ends into errors."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpx2
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import CloseCode

from heed_client.answers import SpottedEvent
from heed_client.errors import ServiceError, foreign, refusal, unreachable

END = '{"eof": 1}'
BROKEN_OFF = frozenset({CloseCode.ABNORMAL_CLOSURE, CloseCode.SERVICE_RESTART})


def stream_url(base_url: httpx2.URL) -> str:
    return str(base_url.join("stream")).replace("http", "ws", 1)


def config(sample_rate: int, model: str | None, words: Iterable[str] | None, threshold: float | None) -> str:
    words = words.split(",") if isinstance(words, str) else words
    phrases = None if words is None else list(words)
    settings = {"sample_rate": sample_rate, "model": model, "phrase_list": phrases, "threshold": threshold}
    return json.dumps({"config": settings})


def is_refusal(message: str | bytes) -> bool:
    """Tell whether a close with a code and a reason follows."""
    return "error" in json.loads(message)


def events_of(message: str | bytes) -> list[SpottedEvent]:
    return [SpottedEvent.of_stream(word) for word in json.loads(message).get("result", [])]


@contextmanager
def conversing(url: str) -> Iterator[None]:
    """Turn what ends a stream too early, or keeps it from opening, into a sentence."""
    try:
        yield
    except ConnectionClosed as error:
        raise _ended(error) from error
    except InvalidStatus as error:
        response = error.response
        raise refusal(response.status_code, response.headers, bytes(response.body or b"")) from error
    except (WebSocketException, OSError) as error:
        raise unreachable(url, error) from error
    except (ValueError, KeyError, AttributeError) as error:
        raise foreign(url) from error


def _ended(error: ConnectionClosed) -> ServiceError:
    if error.rcvd is None:
        return ServiceError("the connection broke", status=CloseCode.ABNORMAL_CLOSURE)
    return ServiceError(error.rcvd.reason or "the service closed the stream", status=error.rcvd.code)
