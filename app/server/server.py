"""Run uvicorn's server, alone or as one of several processes on one socket, and stop it without a reset connection."""

import asyncio
import logging
import os
import signal
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn

from app.server.http import HttpProtocol
from app.server.tls import UnusableCertificate, configured_context

TICK_SECONDS = 0.05
HANDSHAKE_SECONDS = 10.0  # for TLS to begin; the event loop would wait for a minute
GOODBYE_SECONDS = 2.0  # for a client to end TLS after the server did; the event loop would wait for half a minute
LAST_SECONDS = 0.2  # for the requests of connections that were accepted last

logger = logging.getLogger("uvicorn.error")


class Server(uvicorn.Server):
    """uvicorn's server with an end that loses no request.

    At a SIGTERM it says that it is not ready, asks its clients to come back on another connection, and goes on for a
    while, so that load balancers can notice. Then it accepts the connections that already wait, answers all it has, and
    refuses new ones. A second SIGTERM ends that at once. uvicorn has no settings for any of this, so these methods are
    overridden:

    - ``startup``: opens the sockets, the second one for the Wyoming protocol, with limits of time for TLS, and takes a
      new certificate at a SIGHUP.
    - ``handle_exit``: leaves Ctrl-C, which reaches every process, to the supervisor, if there is one.
    - ``on_tick``: ends the process when its supervisor has died.
    - ``shutdown``: drains before it closes.

    Args:
        supervisor: its process; None where the server is alone.
    """

    def __init__(self, config: uvicorn.Config, *, drain_seconds: float, supervisor: int | None = None) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._supervisor = supervisor

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        loop, backlog = asyncio.get_running_loop(), self.config.backlog
        self.servers = [
            await loop.create_server(protocol, sock=one, backlog=backlog, **tls)
            for one, (protocol, tls) in zip(sockets or [], self._interfaces(), strict=False)
        ]
        if self.config.ssl is not None:
            loop.add_signal_handler(signal.SIGHUP, self._renew_certificate, self.config.ssl)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})  # the supervisor blocks it until here
        if self._supervisor is None and self.started:
            say_listening(self.config)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGINT and self._supervisor is not None:
            return
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._supervisor not in (None, os.getppid()):
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.lifespan.state["is_stopping"] = True
        for connection in self.server_state.connections:
            if isinstance(connection, HttpProtocol):
                connection.answer_no_more_than_this()
        await self._go_on(self._drain_seconds)
        await self._close_listening(sockets or [])
        await self._go_on(LAST_SECONDS)
        await super().shutdown(sockets)

    async def _close_listening(self, sockets: list[socket.socket]) -> None:
        """Refuse new connections, but accept those that the kernel has queued, which a mere close would reset."""
        queues = [listening.dup() for listening in sockets]  # outlive uvicorn's own sockets, which it can only close
        for server in self.servers:
            server.close()
        for listening in sockets:
            listening.close()
        accept = asyncio.get_running_loop().connect_accepted_socket
        accepted = [
            accept(protocol, connection, **tls)
            for queue, (protocol, tls) in zip(queues, self._interfaces(), strict=False)
            for connection in _waiting_in(queue)
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):  # a client may never begin with TLS, or break it off
                await asyncio.gather(*accepted, return_exceptions=True)

    def _interfaces(self) -> list[tuple[Callable[[], asyncio.Protocol], dict[str, Any]]]:
        """For each socket, how a connection's protocol is made, and the options of TLS."""
        times = {"ssl_handshake_timeout": HANDSHAKE_SECONDS, "ssl_shutdown_timeout": GOODBYE_SECONDS}
        tls = {} if self.config.ssl is None else {"ssl": self.config.ssl, **times}
        return [(self._protocol, tls), (self._wyoming_protocol, {})]

    def _renew_certificate(self, context: ssl.SSLContext) -> None:
        """Give new connections the certificate that the files hold now, whether they name a host (SNI) or not.

        Loaded into the context in use, it would leave the old one there too if the new key is of another kind.
        """
        try:
            renewed = configured_context(self.config)
        except UnusableCertificate as error:
            logger.error("The old certificate stays in use: %s", error)
            return
        context.sni_callback = lambda connection, *_: setattr(connection, "context", renewed)
        if self._supervisor is None:
            say_renewed(self.config)

    def _protocol(self) -> asyncio.Protocol:
        """Make a connection's protocol as ``uvicorn.Server.startup`` does, which keeps its own factory to itself."""
        options = {"config": self.config, "server_state": self.server_state, "app_state": self.lifespan.state}
        return self.config.http_protocol_class(**options)

    def _wyoming_protocol(self) -> asyncio.Protocol:
        """Make a connection's protocol as the application does, which hands its maker over when its lifespan begins."""
        protocol: asyncio.Protocol = self.lifespan.state["wyoming"].protocol(self.server_state)
        return protocol

    async def _go_on(self, seconds: float) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end and not self.force_exit:
            await asyncio.sleep(TICK_SECONDS)


def say_listening(config: uvicorn.Config) -> None:
    scheme, host = "https" if config.is_ssl else "http", config.host
    host = f"[{host}]" if ":" in host else host
    logger.info("Listening on %s://%s:%d (Ctrl-C stops it)", scheme, host, config.port)


def say_renewed(config: uvicorn.Config) -> None:
    logger.info("New connections get the certificate that is in %s now", config.ssl_certfile)


def _waiting_in(queue: socket.socket) -> list[socket.socket]:
    """Accept all connections that wait in a listening socket's queue, and close it in the same moment."""
    connections = []
    queue.setblocking(False)
    with queue, suppress(BlockingIOError):
        while True:
            connections.append(queue.accept()[0])
    return connections
