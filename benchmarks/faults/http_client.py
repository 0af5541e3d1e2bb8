"""An HTTP client on one connection of an event loop, which may also break off or never end a body."""

import asyncio
import time
from collections.abc import Iterable
from typing import NamedTuple, Self

IDLE_SECONDS = 3.0  # the server closes a connection that has been idle for 5 s; one that old is not used again
CLOSED = "closed without an answer"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]

    @property
    def fate(self) -> str:
        if self.status in (429, 503) and not self.headers.get("retry-after", "").isdecimal():
            return f"{self.status} without Retry-After"
        return str(self.status)


class Client:
    """A connection to a server on this machine, opened when it is needed and kept as long as the server keeps it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._last_used = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    async def ask(self, request: bytes) -> str:
        """Send a whole request, and return its fate."""
        reader, writer = await self._open()
        writer.write(request)
        return await self._fate(reader)

    async def ask_in_pieces(self, head: bytes, pieces: Iterable[bytes]) -> str:
        """Send a request until an answer comes, give its connection up, and return its fate."""
        reader, writer = await self._open()
        sending = asyncio.create_task(_send(writer, head, pieces))
        fate = await self._fate(reader)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        self.leave()
        return fate

    async def send_and_leave(self, content: bytes, *, after_seconds: float) -> str:
        _, writer = await self._open()
        writer.write(content)
        await asyncio.sleep(after_seconds)
        self.leave()
        return "left"

    def leave(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is not None and time.monotonic() - self._last_used > IDLE_SECONDS:
            self.leave()
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        return self._streams

    async def _fate(self, reader: asyncio.StreamReader) -> str:
        try:
            answer = await _read(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.leave()
            return CLOSED
        if answer.headers.get("connection") == "close":
            self.leave()
        self._last_used = time.monotonic()
        return answer.fate


def chunked(content: bytes) -> bytes:
    """A piece of a body whose length is not told."""
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


async def _send(writer: asyncio.StreamWriter, head: bytes, pieces: Iterable[bytes]) -> None:
    writer.write(head)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status_line, *lines = head.rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        await _skip_chunks(reader)
    else:
        await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(int(status_line.split()[1]), headers)


async def _skip_chunks(reader: asyncio.StreamReader) -> None:
    while length := int(await reader.readuntil(b"\r\n"), 16):
        await reader.readexactly(length + 2)
    await reader.readexactly(2)
