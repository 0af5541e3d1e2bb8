"""Run uvicorn's server as one of several processes on one socket, and stop it without losing an accepted request."""

import asyncio
import os
import signal
import socket
from types import FrameType

import uvicorn

from app.server.http import HttpProtocol

TICK_SECONDS = 0.05
LAST_SECONDS = 0.2  # for the requests of connections that were accepted last


class Server(uvicorn.Server):
    """uvicorn's server with an end that loses no accepted request.

    At a SIGTERM it says that it is not ready, asks its clients to come back on another connection, and goes on for a
    while, so that load balancers can notice. Then it accepts no more connections and answers those it has. A second
    SIGTERM ends that at once. uvicorn has no settings for any of this, so these methods are overridden:

    - ``handle_exit``: leaves Ctrl-C, which reaches every process, to the supervisor.
    - ``on_tick``: ends the process when its supervisor has died.
    - ``shutdown``: drains before it closes.
    """

    def __init__(self, config: uvicorn.Config, *, drain_seconds: float, supervisor: int) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._supervisor = supervisor

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGINT:
            return
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if os.getppid() != self._supervisor:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.lifespan.state["is_stopping"] = True
        for connection in self.server_state.connections:
            if isinstance(connection, HttpProtocol):
                connection.answer_no_more_than_this()
        await self._go_on(self._drain_seconds)
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        await self._go_on(LAST_SECONDS)
        await super().shutdown(sockets)

    async def _go_on(self, seconds: float) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end and not self.force_exit:
            await asyncio.sleep(TICK_SECONDS)
