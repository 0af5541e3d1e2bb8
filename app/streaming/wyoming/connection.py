"""A connection of the Wyoming protocol: read its events in time, write answers, and close it with a reason."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette import status
from uvicorn.server import ServerState
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_write_event

from app.streaming.messages import Refusal
from app.streaming.wyoming.events import Reader, read_event

STUCK_SECONDS = 10.0  # a client that does not read its answers for so long is dropped
GOODBYE_SECONDS = 2.0  # for a refused client to read why; a close while it still sends would reset its connection

STOPPING = "the service is stopping or restarting; connect again in a moment"


class Connection(asyncio.StreamReaderProtocol):
    """A connection that uvicorn's server counts among its own, so that it tells it to end and waits until it has.

    Args:
        serve: answers the client until one of the two sides ends the connection.
        server: what uvicorn's server knows of its connections.
        max_bytes: of an event.
        idle_seconds: a client that sends no event for so long is refused.
    """

    writer: asyncio.StreamWriter

    def __init__(
        self,
        serve: Callable[["Connection"], Awaitable[None]],
        server: ServerState,
        *,
        max_bytes: int,
        idle_seconds: float,
    ) -> None:
        self.reader = Reader(max_bytes=max_bytes)
        super().__init__(self.reader, self._begin)
        self._serve, self._server, self._idle_seconds = serve, server, idle_seconds
        self._is_stopping = False
        self._patience: asyncio.Timeout | None = None

    @property
    def host(self) -> str:
        """The client's address."""
        return str(self.writer.get_extra_info("peername", ("unknown",))[0])

    @property
    def is_gone(self) -> bool:
        return self.reader.at_eof() or self.writer.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.connections.add(self)  # type: ignore[arg-type] # it calls no more than shutdown()
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Refuse what the client sends from now on; what has arrived is still answered."""
        self._is_stopping = True
        if self._patience is not None:
            self._patience.reschedule(asyncio.get_running_loop().time())

    async def receive(self) -> Event | None:
        """Return the client's next event, or None after its last.

        Raises:
            Refusal: nothing came in time, or something that is no event; or the service stops.
            OSError, EOFError: the client has gone in the middle of an event.
        """
        await asyncio.sleep(0)  # where events have arrived already, other connections get their turn
        try:
            async with asyncio.timeout(0 if self._is_stopping else self._idle_seconds) as self._patience:
                return await read_event(self.reader)
        except TimeoutError as error:
            if self._is_stopping:
                raise Refusal(status.WS_1012_SERVICE_RESTART, STOPPING) from error
            text = f"nothing whole came for {self._idle_seconds:g} s; close a connection that is not needed"
            raise Refusal(status.WS_1008_POLICY_VIOLATION, text) from error
        finally:
            self._patience = None

    async def send(self, answer: Eventable) -> None:
        """
        Raises:
            OSError: the client has gone, or does not read.
        """
        async with asyncio.timeout(STUCK_SECONDS):
            await async_write_event(answer.event(), self.writer)

    async def refuse(self, refusal: Refusal) -> None:
        """Say why the connection ends, and give the client time to read it."""
        await self.send(Error(text=str(refusal), code=str(refusal.code)))
        self.writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                while await self.reader.read(65_536):
                    pass

    def close(self) -> None:
        """Close the connection; a client that does not read the rest of its answers is dropped."""
        self.writer.close()
        asyncio.get_running_loop().call_later(GOODBYE_SECONDS, self.writer.transport.abort)

    def _begin(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        task = asyncio.ensure_future(self._serve(self))
        self._server.tasks.add(task)
        task.add_done_callback(self._server.tasks.discard)
