"""Serve in this process alone, for systems that start anew what has ended, such as Kubernetes."""

import signal
from contextlib import AbstractContextManager, suppress
from socket import socket
from types import FrameType

import uvicorn

from app.server.server import Server


def serve_alone(
    config: uvicorn.Config,
    sockets: list[socket],
    *,
    drain_seconds: float,
    while_serving: AbstractContextManager[None],
) -> bool:
    """Serve until a signal, and return whether the service could be started.

    A second signal ends it at once, whatever is lost.
    """
    server = Server(config, drain_seconds=drain_seconds)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _let_end)
    if not config.is_ssl:
        signal.signal(signal.SIGHUP, server.handle_exit)
    with while_serving, suppress(SystemExit):  # with which the application ends a start that fails; it says why
        server.run(sockets)
    return server.started


def _let_end(_: int, __: FrameType | None) -> None:
    """Do nothing: uvicorn raises the signal that has stopped it once more, when it has."""
