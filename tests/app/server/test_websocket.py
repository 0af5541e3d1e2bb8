"""A client that breaks the protocol is told so, one that reads nothing is dropped, and neither leaves a traceback."""

import json
import socket
import struct
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import ASGIApp
from websockets.sync.client import connect

from app.main import create_app
from app.server import websocket as web_socket
from app.settings import Settings
from app.streaming.answers import partial
from app.streaming.listener import Listener
from model.recognizer import Recognizer
from tests.app.raw_socket import BINARY, CLOSE, PING, TEXT, frame, received, upgraded
from tests.app.serving import connection_of, end_of, errors_in, serving, stream_url, wait_until
from tests.app.stubs import Ears

MAX_BYTES = 100_000
PINGED = frame(PING, bytes(100))
N_PONG_BYTES = 102
UNREAD = 600 * PINGED  # their answers fill the system's buffers and some of the server's
N_ANSWER_BYTES = len(partial(Listener(Recognizer(Ears()), threshold=0.5))) + 2  # to an empty chunk


@pytest.fixture(scope="module")
def app() -> ASGIApp:
    return create_app(Settings(), Recognizer(Ears()))


@pytest.fixture(scope="module")
def one_server(app: ASGIApp) -> Iterator[uvicorn.Server]:
    with serving(app, ws_max_size=MAX_BYTES) as server:
        yield server


@pytest.fixture
def server(one_server: uvicorn.Server, caplog: pytest.LogCaptureFixture) -> Iterator[uvicorn.Server]:
    """A server that no test may leave with a connection, or with an error in its log."""
    yield one_server
    wait_until(lambda: not one_server.server_state.connections, seconds=3)
    assert not one_server.server_state.connections
    assert errors_in(caplog) == []


def send_for_ever(client: socket.socket, content: bytes) -> None:
    while True:
        client.sendall(content)


def test_the_query_reaches_the_stream(server: uvicorn.Server) -> None:
    with connect(f"{stream_url(server)}?threshold=0.9") as client:
        client.send(bytes(3200))
        answer = json.loads(client.recv())

    assert answer["heed"]["threshold"] == 0.9


@pytest.mark.parametrize("n_bytes", [MAX_BYTES + 1, 50 * MAX_BYTES])
def test_a_client_that_sends_too_much_at_once_learns_the_limit(server: uvicorn.Server, n_bytes: int) -> None:
    with connect(stream_url(server), max_size=None) as client:
        client.send(bytes(n_bytes))
        end = end_of(client)

    assert end == (1009, f"frame with {n_bytes} bytes exceeds limit of {MAX_BYTES} bytes")


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        pytest.param(frame(TEXT, b"\xff"), 1007, b"text must be UTF-8", id="not UTF-8"),
        pytest.param(
            frame(TEXT, b"\xc3", is_last=False) + frame(0, b"("),
            1007,
            b"text must be UTF-8",
            id="not UTF-8, in two frames",
        ),
        pytest.param(frame(BINARY, b"ab", is_masked=False), 1002, b"incorrect masking", id="no mask"),
        pytest.param(frame(5, b""), 1002, b"invalid opcode", id="unheard-of frame"),
        pytest.param(frame(PING, bytes(126)), 1002, b"control frame too long", id="long ping"),
    ],
)
def test_a_client_that_breaks_the_protocol_is_told_so(
    server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch, content: bytes, code: int, reason: bytes
) -> None:
    monkeypatch.setattr(web_socket, "GOODBYE_SECONDS", 60)
    close = struct.pack("!H", code) + reason

    with upgraded(server.config.port) as client:
        client.sendall(content + frame(BINARY, bytes(3_200)))
        answer = received(client, n_bytes=2 + len(close))
        client.sendall(content + frame(CLOSE, close))
        rest = received(client)

    assert answer == bytes([0x88, len(close)]) + close
    assert rest == b""


def test_text_in_frames_torn_inside_a_letter_is_read(server: uvicorn.Server) -> None:
    with connect(stream_url(server)) as client:
        client.send([b'{"config": {"threshold": "\xc3', b'\xa9"}}'], text=True)
        message = json.loads(client.recv())

    assert message == {"error": "threshold must be a number from 0 to 1, not 'é'"}


def test_a_client_that_does_not_read_is_dropped(server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_socket, "STUCK_SECONDS", 0.2)
    chunks = 2_000 * frame(BINARY, b"")

    with upgraded(server.config.port) as client, pytest.raises((ConnectionResetError, BrokenPipeError)):
        send_for_ever(client, chunks)

    wait_until(lambda: not server.server_state.tasks)
    assert not server.server_state.connections


def test_a_client_that_floods_with_pings_and_reads_no_answer_is_read_no_further(server: uvicorn.Server) -> None:
    with upgraded(server.config.port) as client:
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            send_for_ever(client, 1_000 * PINGED)
        connection = connection_of(server)
        n_unsent = connection.transport.get_write_buffer_size()

    assert n_unsent < 2**20


def test_after_a_flood_of_pings_a_client_that_read_its_answers_is_read_again(server: uvicorn.Server) -> None:
    with upgraded(server.config.port) as client:
        client.sendall(1_000 * PINGED)
        time.sleep(0.1)
        received(client, n_bytes=1_000 * N_PONG_BYTES)
        client.sendall(frame(BINARY, b""))
        answer = received(client, n_bytes=20)

    assert b"partial" in answer


def test_a_client_that_reads_late_but_reads_is_not_dropped(
    server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "STUCK_SECONDS", 0.5)
    n_chunks = 2_000  # whose answers fill all buffers

    with upgraded(server.config.port) as client:
        client.sendall(n_chunks * frame(BINARY, b""))
        connection = connection_of(server)
        wait_until(lambda: not connection.writable.is_set())
        answers = received(client, n_bytes=n_chunks * N_ANSWER_BYTES)
        time.sleep(0.5)
        client.sendall(frame(BINARY, b""))
        answers += received(client, n_bytes=N_ANSWER_BYTES)

    assert answers.count(b"partial") == n_chunks + 1


@pytest.mark.parametrize(
    "last_words",
    [
        pytest.param(frame(TEXT, b"hello"), id="was refused"),
        pytest.param(UNREAD + frame(CLOSE, b""), id="has closed, with answers to read"),
        pytest.param(frame(5, b""), id="broke the protocol"),
    ],
)
def test_a_client_that_does_not_take_part_in_its_end_is_dropped(
    server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch, last_words: bytes
) -> None:
    monkeypatch.setattr(web_socket, "GOODBYE_SECONDS", 0.2)

    with upgraded(server.config.port) as client:
        client.sendall(last_words)
        wait_until(lambda: not server.server_state.connections, seconds=3)
        n_left = len(server.server_state.connections)

    assert n_left == 0


def test_a_client_that_answers_no_ping_is_dropped_even_if_it_reads_nothing(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "GOODBYE_SECONDS", 0.2)

    with serving(app, ws_ping_interval=0.1, ws_ping_timeout=0.1) as server, upgraded(server.config.port) as client:
        client.sendall(UNREAD)
        wait_until(lambda: not server.server_state.connections, seconds=3)
        n_left = len(server.server_state.connections)

    assert n_left == 0
