"""Send requests over one open connection: a client so light that it hardly shows beside the server."""

import socket
from types import TracebackType
from typing import Self


class Connection:
    """One HTTP/1.1 connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> bytes:
        """The body that answers a whole request.

        Raises:
            ConnectionError: the answer is not a 200 with its length, or the server hung up.
        """
        self._socket.sendall(request)
        head, _, body = self._receive().partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(f"answered {head.splitlines()[0]!r} {body!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._receive()
        return body

    def _receive(self) -> bytes:
        received = self._socket.recv(65_536)
        if not received:
            raise ConnectionError("the server hung up")
        return received
