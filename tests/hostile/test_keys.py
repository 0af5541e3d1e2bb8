"""Only a right key in the right place opens the service, and no answer and no line of the log tells a part of a key."""

import socket
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from benchmarks.clips import EXAMPLE
from benchmarks.service import heed
from tests.hostile.key_attempts import Attempt, paths_around, right_attempts, subprotocol, wrong_attempts

KEYS = [f"{Random(place).getrandbits(192):048x}" for place in range(50)]
TRIED = (KEYS[0], KEYS[25], KEYS[-1])
PART = 8  # so many characters of a key in a row are a leak
CLIP = EXAMPLE.read_bytes()
UPGRADE = (
    *("Upgrade: websocket", "Connection: Upgrade"),
    *("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"),
)


class Exchange(NamedTuple):
    kind: str
    request: bytes
    answer: bytes

    @property
    def status(self) -> str:
        return self.answer[9:12].decode()


class Tried(NamedTuple):
    """What the service answered to each way in, and all that it logged meanwhile."""

    wrong: list[Exchange]
    right: list[Exchange]
    around: list[Exchange]
    log: bytes


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    file = tmp_path_factory.mktemp("keys") / "keys"
    file.write_text("\n".join(KEYS))
    with heed(key=KEYS[0], workers=1, log_level="debug", api_keys_file=file) as service:
        wrong = list(_exchanges(service.port, chain.from_iterable(map(wrong_attempts, TRIED))))
        right = list(_exchanges(service.port, chain.from_iterable(map(right_attempts, TRIED))))
        requests = [_head("GET", path, []) for path in paths_around()]
        around = [Exchange("a way around", request, _ask(service.port, request)) for request in requests]
        return Tried(wrong, right, around, Path(service.log).read_bytes())


def _exchanges(port: int, attempts: Iterator[Attempt]) -> Iterator[Exchange]:
    for attempt in attempts:
        for request in _requests(attempt):
            yield Exchange(attempt.kind, request, _ask(port, request))


def _requests(attempt: Attempt) -> list[bytes]:
    """Send a clip, ask a question and open a stream with what the attempt carries."""
    sized = [*attempt.headers, f"Content-Length: {len(CLIP)}", "Content-Type: audio/wav"]
    posts = [_head("POST", path + attempt.query, sized) + CLIP for path in ("/transcribe", "/inspect")]
    of_stream = attempt.headers if attempt.stream_headers is None else attempt.stream_headers
    stream = f"GET /stream{attempt.query} HTTP/1.1\r\nHost: heed\r\n{_lines([*of_stream, *UPGRADE])}\r\n"
    return [*posts, _head("GET", "/labels" + attempt.query, attempt.headers), stream.encode()]


def _head(method: str, path: str, headers: Sequence[str]) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: heed\r\nConnection: close\r\n{_lines(headers)}\r\n".encode()


def _lines(headers: Sequence[str]) -> str:
    return "".join(f"{header}\r\n" for header in headers)


def _ask(port: int, request: bytes) -> bytes:
    """All that is answered, until the service closes the connection or has opened a stream."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        while not answer.startswith(b"HTTP/1.1 101") and (received := connection.recv(65_536)):
            answer += received
    return answer


def _parts() -> list[bytes]:
    """The beginning and the end of every key, as it is and as a subprotocol carries it."""
    texts = [*KEYS, *(subprotocol(key).removeprefix("bearer.") for key in KEYS)]
    return [part.encode() for text in texts for part in (text[:PART], text[-PART:])]


def test_every_wrong_key_and_every_wrong_place_is_refused(tried: Tried) -> None:
    let_in = [exchange for exchange in tried.wrong if exchange.status != "401"]

    assert let_in == []
    assert len(tried.wrong) > 2_000


def test_a_right_key_opens_every_route(tried: Tried) -> None:
    statuses = [exchange.status for exchange in tried.right]

    assert statuses == ["200", "200", "200", "101"] * (len(statuses) // 4)


def test_no_path_leads_around_the_key(tried: Tried) -> None:
    assert {exchange.status for exchange in tried.around} <= {"401", "404"}


def test_no_answer_holds_a_part_of_a_key(tried: Tried) -> None:
    exchanges = [*tried.wrong, *tried.right, *tried.around]

    assert [exchange for exchange in exchanges if any(part in exchange.answer for part in _parts())] == []


def test_no_line_of_the_log_holds_a_part_of_a_key(tried: Tried) -> None:
    assert len(tried.log.splitlines()) > 2_000
    assert [part for part in _parts() if part in tried.log] == []
