"""A server that stops says so first, goes on for a while, and answers every request that it has accepted."""

import asyncio
import os
import signal
import socket
import time
from pathlib import Path

import httpx2
import pytest
import trustme
import uvicorn
from starlette.responses import PlainTextResponse

from app.server.http import HttpProtocol
from app.server.server import Server
from tests.app.certificates import Files, issue
from tests.app.raw_socket import received
from tests.app.server.test_processes import service
from tests.signals import encode, noise

CLIP = encode(noise())
HEAD = f"POST /transcribe HTTP/1.1\r\nHost: heed\r\nContent-Length: {len(CLIP)}\r\n\r\n".encode()


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_service_that_stops_says_so_goes_on_and_answers_what_has_begun(exported: Path, n_workers: int) -> None:
    with service(exported, n_workers, drain_seconds="2") as (process, url):
        begun = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
        begun.sendall(HEAD + CLIP[:-1])
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        ready, answer = httpx2.get(f"{url}/readyz"), httpx2.post(f"{url}/transcribe", content=CLIP)
        begun.sendall(CLIP[-1:])
        with begun:
            last = received(begun)
        code = process.wait(timeout=20)

    assert (ready.status_code, answer.status_code, code) == (503, 200, 0)
    assert {ready.headers["connection"], answer.headers["connection"]} == {"close"}
    assert last.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in last


def test_a_request_that_waits_in_the_kernel_s_queue_is_answered_before_the_socket_closes() -> None:
    config = uvicorn.Config(PlainTextResponse("heard"), http=HttpProtocol, lifespan="off", log_config=None)
    server = Server(config, drain_seconds=0, supervisor=os.getppid())

    async def scenario(listening: socket.socket) -> bytes:
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup([listening])
        with socket.create_connection(listening.getsockname()) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: heed\r\n\r\n")
            await server.shutdown([listening])  # the loop has had no turn in which to accept the client
            return received(client)

    assert asyncio.run(scenario(socket.create_server(("127.0.0.1", 0)))).endswith(b"heard")


def test_a_service_that_has_stopped_refuses_newcomers_at_once(exported: Path) -> None:
    with service(exported, 2, drain_seconds="0") as (process, url):
        begun = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
        begun.sendall(HEAD + CLIP[:-1])  # holds the service up
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        with begun, pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{url}/readyz")


def test_a_second_signal_ends_it_at_once(exported: Path) -> None:
    with service(exported, 1, drain_seconds="60") as (process, _):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        was_running = process.poll() is None
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)

    assert was_running
    assert code == 0


def server_with(files: Files) -> Server:
    config = uvicorn.Config(PlainTextResponse("heard"), http=HttpProtocol, lifespan="off", log_config=None)
    config.ssl_certfile, config.ssl_keyfile = files
    server = Server(config, drain_seconds=0, supervisor=os.getppid())
    config.load()
    server.lifespan = config.lifespan_class(config)
    return server


def test_a_client_that_never_begins_with_tls_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.server.server.HANDSHAKE_SECONDS", 0.2)
    server = server_with(issue(tmp_path, trustme.CA()))

    async def scenario(listening: socket.socket) -> bytes:
        await server.startup([listening])
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        async with asyncio.timeout(2):
            content = await reader.read()
        writer.close()
        await server.shutdown([listening])
        return content

    assert asyncio.run(scenario(socket.create_server(("127.0.0.1", 0)))) == b""


def test_nor_does_one_that_waits_in_the_kernel_s_queue_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.server.server.GOODBYE_SECONDS", 0.2)
    server = server_with(issue(tmp_path, trustme.CA()))

    async def scenario(listening: socket.socket) -> None:
        await server.startup([listening])
        with socket.create_connection(listening.getsockname()):
            async with asyncio.timeout(2):
                await server.shutdown([listening])

    asyncio.run(scenario(socket.create_server(("127.0.0.1", 0))))
