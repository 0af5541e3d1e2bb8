"""A listening socket in, answers out until a signal; then what has come is finished and nobody is reset."""

import asyncio
import ctypes
import os
import signal
import socket
import struct
from contextlib import suppress
from types import FrameType

import uvicorn

from app.server.http import HttpConnection

TICK_SECONDS = 0.05
LAST_SECONDS = 0.2  # for those whose connection was under way when newcomers were turned away
SO_ATTACH_FILTER = 26  # Linux; Python has no name for it

# A program for the kernel that drops a TCP segment if it opens a connection (SYN without ACK), and no other.
DROP_SYN = [(0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF)]


class Server(uvicorn.Server):
    """uvicorn's server as one of several processes on one socket, with an end that loses nothing.

    At a SIGTERM it says that it is not ready, asks its clients to come back on another connection, and goes on for a
    while, so that whoever sends it requests can learn of it. Then it takes whom the socket still holds, and finishes
    what they asked. A second SIGTERM ends that at once.
    """

    def __init__(self, config: uvicorn.Config, *, drain_seconds: float, supervisor: int) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._supervisor = supervisor

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGINT:  # Ctrl-C reaches all processes; the supervisor says what is to be done
            return
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if os.getppid() != self._supervisor:  # nobody would replace or end this process any more
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.lifespan.state["is_stopping"] = True
        for connection in self.server_state.connections:
            if isinstance(connection, HttpConnection):
                connection.answer_no_more_than_this()
        await self._go_on(self._drain_seconds)
        for listening in sockets or ():
            turn_newcomers_away(listening)
        await self._go_on(LAST_SECONDS)
        await super().shutdown(sockets)

    async def _go_on(self, seconds: float) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end and not self.force_exit:
            await asyncio.sleep(TICK_SECONDS)


def turn_newcomers_away(listening: socket.socket) -> None:
    """Leave connections that begin unanswered, in all processes that share the socket; what it holds stays.

    To close it would reset those that stand in its queue. Who is left unanswered tries again after a second, and finds
    another service there or a closed port.
    """
    instructions = b"".join(struct.pack("HBBI", *instruction) for instruction in DROP_SYN)
    program = ctypes.create_string_buffer(instructions, len(instructions))
    with suppress(OSError):  # where the system has no such thing, a few may be reset
        listening.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(DROP_SYN), ctypes.addressof(program))
        )
