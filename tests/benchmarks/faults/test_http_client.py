"""Each answer, early refusal or silence of a server is told as its fate."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import repeat

import pytest

from benchmarks.faults.http_client import CLOSED, Client, chunked
from benchmarks.requests import raw, request


def fate(answer: bytes, act: Callable[[Client], Awaitable[str]]) -> str:
    """Of what a client does with a server that says the same to everything."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def run() -> str:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server, Client(server.sockets[0].getsockname()[1]) as client:
            return await act(client)

    return asyncio.run(run())


def ask(client: Client) -> Awaitable[str]:
    return client.ask(request("POST", "/transcribe", raw(b"a clip")))


def test_a_body_told_by_length_is_read() -> None:
    assert fate(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", ask) == "200"


def test_a_body_in_chunks_is_read() -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"no") + chunked(b"")

    assert fate(answer, ask) == "404"


def test_a_503_says_when_to_come_again_or_is_told_apart() -> None:
    head = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"

    assert fate(head + b"Retry-After: 1\r\n\r\n", ask) == "503"
    assert fate(head + b"\r\n", ask) == "503 without Retry-After"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"])
def test_half_an_answer_is_none(answer: bytes) -> None:
    assert fate(answer, ask) == CLOSED


def test_an_answer_that_comes_while_the_body_is_sent_is_seen() -> None:
    head = request("POST", "/transcribe", headers="Transfer-Encoding: chunked\r\n")

    refused = fate(
        b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n",
        lambda client: client.ask_in_pieces(head, repeat(chunked(bytes(1000)))),
    )

    assert refused == "413"
