"""``python -m app`` speaks the Wyoming protocol in all of its processes, and loses no client when it stops."""

import asyncio
import json
import os
import signal
import socket
from pathlib import Path

import uvicorn
from starlette.responses import PlainTextResponse
from wyoming.asr import Transcribe
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe
from wyoming.wake import Detect

from app.server.http import HttpProtocol
from app.server.server import Server
from app.streaming.wyoming.connection import STOPPING
from tests.app.ports import free_port
from tests.app.server.test_processes import service
from tests.app.streaming.wyoming.talk import Service, exchange, said
from tests.signals import encode, noise


async def end_of(client: AsyncTcpClient) -> Event | None:
    """The last event before the connection ends."""
    last = None
    while event := await client.read_event():
        last = event
    return last


def test_each_process_answers_and_a_stop_ends_clients_with_a_reason(exported: Path) -> None:
    port = free_port()

    async def talk() -> tuple[set[str], Event | None]:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            received = await exchange(client, [Describe(), Transcribe(), *said(encode(noise())), Detect()])
            os.kill(process.pid, signal.SIGTERM)
            return {event.type for event in received}, await end_of(client)

    with service(exported, 2, wyoming=f"tcp://127.0.0.1:{port}") as (process, _):
        kinds, last = asyncio.run(talk())
        log = process.communicate(timeout=20)[1]

    assert kinds == {"info", "transcript"}
    assert last == Event("error", {"text": STOPPING, "code": "1012"})
    assert process.returncode == 0
    assert "Traceback" not in log
    assert [json.loads(line)["code"] for line in log.splitlines() if '"wyoming"' in line] == [1012]


def test_a_connection_that_waits_in_the_kernel_s_queue_is_answered_before_the_socket_closes() -> None:
    config = uvicorn.Config(PlainTextResponse("heard"), http=HttpProtocol, lifespan="off", log_config=None)
    server = Server(config, drain_seconds=0, supervisor=os.getppid())

    async def scenario(*sockets: socket.socket) -> bytes:
        config.load()
        server.lifespan = config.lifespan_class(config)
        server.lifespan.state["wyoming"] = Service().server
        await server.startup([*sockets])
        with socket.create_connection(sockets[1].getsockname()) as client:
            client.sendall(b'{"type": "ping"}\n')
            await server.shutdown([*sockets])  # the loop has had no turn in which to accept the client
            return client.recv(1000)

    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    assert asyncio.run(scenario(*sockets)).startswith(b'{"type": "pong"')
