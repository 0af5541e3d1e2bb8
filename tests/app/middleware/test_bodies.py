"""Bodies over a real connection are limited in time and size, and a refused client can read why."""

import socket
import time

import pytest
import uvicorn
from starlette.types import ASGIApp

from app.main import create_app
from app.middleware import body_limit
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.raw_socket import received
from tests.app.serving import errors_in, serving, wait_until
from tests.app.stubs import Ears, Hearing, Waiting
from tests.signals import encode, noise

CLIP = encode(noise())


def app_with(**settings: float) -> ASGIApp:
    return create_app(Settings.model_validate(settings), Recognizer(Ears()))


def head(n_bytes: int, *more: str, path: str = "/transcribe") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: heed", f"Content-Length: {n_bytes}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def large(n_bytes: int) -> bytes:
    return head(n_bytes, "Connection: close") + bytes(n_bytes)


def answer_to(server: uvicorn.Server, content: bytes) -> bytes:
    """All that comes until the server closes the connection."""
    with client_of(server, content) as client:
        return received(client)


def send_for_ever(client: socket.socket, content: bytes) -> None:
    while True:
        client.sendall(content)


def client_of(server: uvicorn.Server, content: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.config.port))
    client.settimeout(5)
    client.sendall(content)
    return client


@pytest.mark.parametrize(
    "begun", [head(1000), head(1000) + bytes(999), head(1000, "Content-Type: multipart/form-data; boundary=x")]
)
def test_a_body_that_does_not_come_is_408_and_closed(caplog: pytest.LogCaptureFixture, begun: bytes) -> None:
    with serving(app_with(upload_seconds=0.2)) as server, client_of(server, begun) as client:
        answer = received(client)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer
    assert b"not whole after 0.2 s" in answer
    assert errors_in(caplog) == []


def test_a_body_that_comes_drop_by_drop_has_no_longer() -> None:
    with serving(app_with(upload_seconds=0.3)) as server, client_of(server, head(1000)) as client:
        for _ in range(40):
            client.sendall(b"x")
            time.sleep(0.01)
        answer = received(client)

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_refused_client_can_send_all_and_still_read_why() -> None:
    body = bytes(8_000_000)

    with serving(app_with(max_clip_bytes=10_000)) as server, client_of(server, head(len(body)) + body) as client:
        answer = received(client)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer


def test_a_refused_client_that_sends_for_ever_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "LINGER_SECONDS", 0.2)

    with serving(app_with()) as server, client_of(server, head(10**12)) as client:
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_for_ever(client, bytes(1_000_000))
        wait_until(lambda: not server.server_state.connections)
        n_left = len(server.server_state.connections)

    assert n_left == 0


def test_a_client_that_asks_first_is_not_invited_to_send_a_refused_body() -> None:
    asking = [head(10**9, "Expect: 100-continue"), head(9, "Expect: 100-continue", path="/nowhere")]

    with serving(app_with()) as server:
        answers = [answer_to(server, content) for content in asking]

    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 413 ", b"HTTP/1.1 404 "]


def test_a_client_that_asks_first_is_invited_to_send_a_body_that_is_read() -> None:
    asking = head(len(CLIP), "Expect: 100-continue", "Connection: close")

    with serving(create_app(Settings(), Hearing("go", 0.9))) as server, client_of(server, asking) as client:
        invitation = received(client, n_bytes=25)
        client.sendall(CLIP)
        answer = received(client)

    assert invitation == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_an_unread_body_leaves_the_connection_open() -> None:
    content = head(4, path="/nowhere") + b"RIFF" + b"GET /livez HTTP/1.1\r\nHost: heed\r\nConnection: close\r\n\r\n"

    with serving(app_with()) as server, client_of(server, content) as client:
        answers = received(client)

    assert answers.startswith(b"HTTP/1.1 404 ")
    assert answers.count(b"HTTP/1.1 200 ") == 1


def test_what_all_bodies_may_hold_is_bounded_and_comes_free_again() -> None:
    unannounced = head(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")

    with serving(app_with(max_held_bytes=10_000)) as server, client_of(server, large(9_000)[:-1000]) as holding:
        time.sleep(0.2)
        announced = answer_to(server, head(2_001))
        arriving = answer_to(server, unannounced + b"7d1\r\n" + bytes(2_001) + b"\r\n")
        small = answer_to(server, large(1_000))
        holding.sendall(bytes(1_000))
        answers = [small, received(holding), answer_to(server, large(20_000))]  # one that is alone always fits

    assert [announced[:13], arriving[:13]] == 2 * [b"HTTP/1.1 503 "]
    assert b"retry-after: 1" in announced
    assert [answer[:13] for answer in answers] == 3 * [b"HTTP/1.1 415 "]  # zeros are no sound


def test_a_clip_that_finds_the_queue_full_is_refused_before_it_is_sent() -> None:
    recognizer, clip = Waiting(), head(len(CLIP)) + CLIP

    with serving(create_app(Settings(max_waiting=1), recognizer)) as server, client_of(server, clip):
        wait_until(recognizer.is_busy.is_set)
        with client_of(server, clip):
            time.sleep(0.1)
            answer = answer_to(server, head(len(CLIP), "Expect: 100-continue"))
        recognizer.go_on.set()

    assert answer.startswith(b"HTTP/1.1 503 ")
