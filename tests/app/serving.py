"""Run a real server around an application, in a thread of this process."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from app.server.http import HttpProtocol
from app.server.websocket import WebSocketProtocol


def wait_until(condition: Callable[[], bool], *, seconds: float = 1.0) -> None:
    """At most so long that no test can hang."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


@contextmanager
def serving(app: ASGIApp, **options: Any) -> Iterator[uvicorn.Server]:
    """The server while it runs, without a lifespan, so that nothing is warmed up; its system's buffers are small."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        port = listening.getsockname()[1]
        options |= {"http": HttpProtocol, "ws": WebSocketProtocol, "ws_per_message_deflate": False}
        options |= {"timeout_graceful_shutdown": 5}
        server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_config=None, **options))
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        wait_until(lambda: server.started)
        try:
            yield server
        finally:
            server.should_exit = True
            thread.join()


def errors_in(log: pytest.LogCaptureFixture) -> list[str]:
    """The errors of the test itself, also for a fixture that asks after it; ``log.records`` is empty by then."""
    return [record.getMessage() for record in log.get_records("call") if record.levelno >= logging.ERROR]


def stream_url(server: uvicorn.Server) -> str:
    return f"ws://127.0.0.1:{server.config.port}/stream"


def connection_of(server: uvicorn.Server) -> WebSocketProtocol:
    (connection,) = server.server_state.connections
    assert isinstance(connection, WebSocketProtocol)
    return connection


def end_of(client: ClientConnection) -> tuple[int | None, str | None]:
    with suppress(ConnectionClosed):
        for _ in client:
            pass
    return client.close_code, client.close_reason
