"""Heads, headers, pipelines and unread answers have limits of size and time."""

import socket
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import ASGIApp
from websockets.sync.client import connect

from app.main import create_app
from app.server import http as http_connection
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.raw_socket import received
from tests.app.serving import errors_in, serving, stream_url, wait_until
from tests.app.stubs import Ears

ASK = b"GET /livez HTTP/1.1\r\nHost: heed\r\n\r\n"
UPLOAD = b"POST /transcribe HTTP/1.1\r\nHost: heed\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = b"x" * 40_000


@pytest.fixture(scope="module")
def app() -> ASGIApp:
    return create_app(Settings(), Recognizer(Ears()))


@pytest.fixture(scope="module")
def one_server(app: ASGIApp) -> Iterator[uvicorn.Server]:
    with serving(app) as server:
        yield server


@pytest.fixture
def server(one_server: uvicorn.Server, caplog: pytest.LogCaptureFixture) -> Iterator[uvicorn.Server]:
    """A server that no test may leave with a connection, or with an error in its log."""
    yield one_server
    wait_until(lambda: not one_server.server_state.connections, seconds=3)
    assert not one_server.server_state.connections
    assert errors_in(caplog) == []


def client_of(server: uvicorn.Server) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.config.port))
    client.settimeout(5)
    return client


def answer_to(server: uvicorn.Server, *parts: bytes) -> bytes:
    """All that comes until the server closes the connection."""
    with client_of(server) as client:
        for part in parts:
            client.sendall(part)
            time.sleep(0.02)
        return received(client)


def send_for_ever(client: socket.socket, content: bytes) -> None:
    while True:
        client.sendall(content)
        time.sleep(0.001)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        pytest.param([b"GET /" + LONG + b" HTTP/1.1\r\n\r\n"], 431, id="a long path"),
        pytest.param([b"GET / HTTP/1.1\r\nA: " + LONG + b"\r\n\r\n"], 431, id="a long header at once"),
        pytest.param([b"GET / HTTP/1.1\r\nA: ", *4 * [LONG[:9_000]]], 431, id="a header without an end"),
        pytest.param([4 * 10_000 * b"\r\n"], 431, id="nothing but line ends"),
        pytest.param([b"GET / HTTP/1.1\r\n" + 101 * b"A: b\r\n" + b"\r\n"], 431, id="many headers"),
        pytest.param([UPLOAD + b"1\r\nx\r\n0\r\n" + 101 * b"A: b\r\n" + b"\r\n"], 431, id="many trailers"),
        pytest.param([UPLOAD, b"1\r\nx\r\n0\r\nA: ", *4 * [LONG[:9_000]]], 431, id="a trailer without an end"),
        pytest.param([UPLOAD, b"no chunk\r\n"], 400, id="a broken body"),
        pytest.param([b"hello\r\n\r\n"], 400, id="not a request"),
        pytest.param([ASK[:-2].replace(b"/livez", b"/stream") + b"A: " + LONG + b"\r\n\r\n"], 431, id="a handshake"),
    ],
)
def test_a_request_beyond_a_limit_is_refused_with_a_problem(
    server: uvicorn.Server, parts: list[bytes], status: int
) -> None:
    answer = answer_to(server, *parts)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer


@pytest.mark.parametrize("begun", [ASK[:10], b"\r\n", ASK[:-2] + b"A: b"])
def test_a_head_that_does_not_end_is_408(server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.2)

    answer = answer_to(server, begun)

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_head_that_comes_drop_by_drop_has_no_longer(server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.3)

    answer = answer_to(server, *[bytes([byte]) for byte in ASK])

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_the_second_head_of_a_connection_has_its_time_too(
    server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.3)

    answer = answer_to(server, ASK, ASK[:10])

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer


def test_a_connection_in_use_outlives_the_time_for_a_head(
    server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.2)

    with client_of(server) as client:
        for _ in range(8):
            client.sendall(ASK)
            answer = client.recv(4096)
            time.sleep(0.1)

    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_client_that_says_nothing_gets_no_answer(server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.2)

    assert answer_to(server) == b""


def test_a_stream_outlives_the_time_for_its_head(server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.2)

    with connect(stream_url(server)) as stream:
        time.sleep(0.4)
        stream.send(b"")
        answer = stream.recv(timeout=2)

    assert "partial" in str(answer)


def test_requests_sent_ahead_are_answered_in_their_order_up_to_a_limit(server: uvicorn.Server) -> None:
    few = answer_to(server, 4 * ASK + ASK.replace(b"Host", b"Connection: close\r\nHost"))
    many = answer_to(server, 1_000 * ASK)

    assert few.count(b"HTTP/1.1 200 ") == 5
    assert 0 < many.count(b"HTTP/1.1 200 ") <= http_connection.MAX_PIPELINED + 1
    assert many.count(b"HTTP/1.1") == many.count(b"HTTP/1.1 200 ")


def test_a_broken_second_request_does_not_take_the_first_one_s_answer(server: uvicorn.Server) -> None:
    answer = answer_to(server, ASK + b"hello\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 400 " not in answer


def test_a_client_that_reads_no_answers_is_dropped(server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "STUCK_SECONDS", 0.2)
    ask_much = ASK.replace(b"/livez", b"/openapi.json")

    with client_of(server) as client, pytest.raises((ConnectionResetError, BrokenPipeError)):
        send_for_ever(client, ask_much)
