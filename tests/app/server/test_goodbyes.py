"""When the service stops, each stream is told so, and no client holds it up or leaves an error in its log."""

import struct
import time

import pytest
from starlette.types import ASGIApp
from websockets.sync.client import connect

from app.main import create_app
from app.server import websocket as web_socket
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.raw_socket import BINARY, CLOSE, PING, TEXT, frame, received, upgraded
from tests.app.serving import connection_of, end_of, errors_in, serving, stream_url, wait_until
from tests.app.stubs import Ears, SlowEars

UNREAD = 600 * frame(PING, bytes(100))  # their answers fill the system's buffers and some of the server's


@pytest.fixture
def app() -> ASGIApp:
    return create_app(Settings(), Recognizer(Ears()))


def test_when_the_service_stops_each_stream_is_told_to_come_back(
    app: ASGIApp, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as server, connect(stream_url(server)) as idle, connect(stream_url(server)) as busy:
        busy.send(bytes(100_000))
        server.should_exit = True
        start = time.monotonic()
        ends = [end_of(idle), end_of(busy)]

    assert ends == 2 * [(1012, "the service is stopping or restarting; connect again in a moment")]
    assert time.monotonic() - start < 3
    assert errors_in(caplog) == []


def test_what_was_heard_after_the_service_said_goodbye_goes_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(web_socket, "GOODBYE_SECONDS", 0.3)
    engine = SlowEars()

    with serving(create_app(Settings(), Recognizer(engine))) as server, upgraded(server.config.port) as client:
        client.sendall(frame(BINARY, bytes(32_000)))
        engine.is_busy.wait(2)
        server.should_exit = True
        goodbye = received(client, n_bytes=4)
        wait_until(lambda: not server.server_state.connections)
        n_connections, n_tasks = len(server.server_state.connections), len(server.server_state.tasks)
        engine.go_on.set()

    assert goodbye[2:4] == struct.pack("!H", 1012)
    assert (n_connections, n_tasks) == (0, 1)
    assert errors_in(caplog) == []


def test_a_stream_that_is_stuck_when_the_service_stops_is_told_when_it_reads(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(web_socket, "GOODBYE_SECONDS", 60)  # a slow machine may take long to read

    with serving(app) as server, upgraded(server.config.port) as client:
        client.sendall(2_000 * frame(BINARY, b""))
        connection = connection_of(server)
        wait_until(lambda: not connection.writable.is_set(), seconds=10)
        server.should_exit = True
        wait_until(lambda: connection.close_sent is True, seconds=10)
        client.sendall(frame(CLOSE, b""))
        answers = received(client)

    assert answers.endswith(struct.pack("!H", 1012) + web_socket.STOPPING.encode())
    assert errors_in(caplog) == []


def test_a_stream_that_is_being_heard_is_told_too_and_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(web_socket, "GOODBYE_SECONDS", 60)
    engine = SlowEars()

    with serving(create_app(Settings(), Recognizer(engine))) as server, connect(stream_url(server)) as client:
        client.send(bytes(32_000))
        client.send(bytes(32_000))
        engine.is_busy.wait(2)
        server.should_exit = True
        code, _ = end_of(client)
        wait_until(lambda: not server.server_state.connections)
        n_connections, n_tasks = len(server.server_state.connections), len(server.server_state.tasks)
        engine.go_on.set()

    assert (code, n_connections, n_tasks) == (1012, 0, 1)
    assert errors_in(caplog) == []


@pytest.mark.parametrize(
    "last_words",
    [
        pytest.param(b"", id="says nothing"),
        pytest.param(frame(TEXT, b"hello"), id="was refused"),
        pytest.param(frame(CLOSE, b""), id="has closed"),
        pytest.param(frame(5, b""), id="broke the protocol"),
        pytest.param(UNREAD, id="has answers to read"),
        pytest.param(UNREAD + frame(CLOSE, b""), id="has closed, with answers to read"),
    ],
)
def test_a_service_that_stops_waits_little_for_a_client(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, last_words: bytes
) -> None:
    monkeypatch.setattr(web_socket, "GOODBYE_SECONDS", 0.5)

    with serving(app) as server, upgraded(server.config.port) as client:
        client.sendall(last_words)
        time.sleep(0.1)
        server.should_exit = True
        wait_until(lambda: not server.server_state.connections, seconds=3)
        n_left = len(server.server_state.connections)

    assert n_left == 0
    assert errors_in(caplog) == []
