"""A WebSocket client that may do what no library would."""

import socket
import struct

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9

UPGRADE = (
    b"GET /stream HTTP/1.1\r\nHost: heed\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def upgraded(port: int) -> socket.socket:
    """A connection whose client takes in little before it has to read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(5)
    client.connect(("127.0.0.1", port))
    client.sendall(UPGRADE)
    while b"\r\n\r\n" not in client.recv(4096):
        pass
    return client


def frame(opcode: int, content: bytes, *, is_last: bool = True, is_masked: bool = True) -> bytes:
    head = bytes([is_last << 7 | opcode])
    if len(content) < 126:
        length = bytes([is_masked << 7 | len(content)])
    else:
        length = bytes([is_masked << 7 | 127]) + struct.pack("!Q", len(content))
    return head + length + (bytes(4) if is_masked else b"") + content  # a mask of zeros changes nothing


def received(client: socket.socket, *, n_bytes: int | None = None) -> bytes:
    """So many bytes, or what comes until the server closes the connection."""
    content = b""
    while n_bytes is None or len(content) < n_bytes:
        part = client.recv(65_536)
        if not part:
            break
        content += part
    return content
