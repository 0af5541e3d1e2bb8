"""Looking whether a client has hung up neither waits nor takes a message from the next reader."""

import asyncio
import socket

import pytest
import uvicorn
from starlette.types import Message

from app.main import create_app
from app.middleware.hang_up import has_hung_up
from app.settings import Settings
from tests.app.serving import serving, wait_until
from tests.app.stubs import Waiting
from tests.signals import encode, noise


class Connection:
    """What a server's ``receive`` does after the body: it waits until the client is gone."""

    def __init__(self) -> None:
        self.is_closed = asyncio.Event()

    async def receive(self) -> Message:
        await self.is_closed.wait()
        return {"type": "http.disconnect"}


def test_a_client_that_waits_has_not_hung_up() -> None:
    async def scenario() -> bool:
        return has_hung_up(Connection().receive)

    assert asyncio.run(scenario()) is False


def test_a_client_that_is_gone_has_hung_up() -> None:
    async def scenario() -> bool:
        connection = Connection()
        connection.is_closed.set()
        return has_hung_up(connection.receive)

    assert asyncio.run(scenario()) is True


def test_after_a_look_the_message_still_comes() -> None:
    async def scenario() -> Message:
        connection = Connection()
        has_hung_up(connection.receive)
        asyncio.get_running_loop().call_later(0.01, connection.is_closed.set)
        return await connection.receive()

    assert asyncio.run(scenario()) == {"type": "http.disconnect"}


def test_other_messages_are_no_hanging_up() -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    assert has_hung_up(receive) is False


def test_a_clip_is_not_heard_when_its_client_hung_up_after_sending_it() -> None:
    recognizer = Waiting()
    messages: list[Message] = [{"type": "http.request", "body": encode(noise())}, {"type": "http.disconnect"}]
    scope = {"type": "http", "method": "POST", "path": "/transcribe", "query_string": b"", "headers": []}
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        await create_app(Settings(), recognizer)(scope, receive, send)

    asyncio.run(ask())

    assert recognizer.batches == []
    assert sent[0]["status"] == 400


def send(server: uvicorn.Server, clip: bytes) -> socket.socket:
    """A client that has sent its clip and is left to wait."""
    n_before = len(server.server_state.tasks)
    client = socket.create_connection(("127.0.0.1", server.config.port))
    head = f"POST /transcribe HTTP/1.1\r\nHost: heed\r\nContent-Length: {len(clip)}\r\n\r\n"
    client.sendall(head.encode() + clip)
    wait_until(lambda: len(server.server_state.tasks) > n_before)
    return client


@pytest.mark.parametrize("seconds", [1, 10])  # uvicorn reads on from a client beyond 64 kB only when it is asked to
def test_a_clip_is_not_heard_when_its_client_hangs_up_while_it_waits(seconds: int) -> None:
    recognizer, first, second = Waiting(), encode(noise(8_000)), encode(noise(16_000 * seconds))

    with serving(create_app(Settings(), recognizer)) as server, send(server, first):
        wait_until(recognizer.is_busy.is_set)
        send(server, second).close()
        wait_until(lambda: len(server.server_state.connections) == 1)
        recognizer.go_on.set()

    assert recognizer.batches == [[first]]
