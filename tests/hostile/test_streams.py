"""Each hostile conversation on a stream is closed with its code, and costs little."""

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from benchmarks.service import Service
from tests.hostile.streams import Conversation, hostile_streams

CONVERSATIONS = hostile_streams()


@pytest.mark.parametrize("said", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_a_hostile_stream_is_closed_with_its_code(service: Service, said: Conversation) -> None:
    started = service.cpu_seconds()

    url = service.url("/stream").replace("http", "ws")
    with connect(url, compression=None, max_size=None) as socket, suppress(ConnectionClosed):
        for message in said.messages:
            socket.send(message)
        for _ in socket:
            pass

    assert socket.close_code == said.close_code
    assert service.cpu_seconds() - started <= said.max_cpu_seconds
