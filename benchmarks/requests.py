"""Write HTTP requests that carry a clip, byte by byte."""

from typing import NamedTuple


class Body(NamedTuple):
    """The body of a request, with its type."""

    content_type: str
    content: bytes


def raw(clip: bytes) -> Body:
    return Body("audio/wav", clip)


def form(clip: bytes) -> Body:
    """The clip as the field ``file`` of a form, as curl -F and browsers send it."""
    boundary = "heed-benchmark-boundary"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="clip.wav"\r\n'
        "Content-Type: audio/wav\r\n\r\n"
    )
    content = head.encode() + clip + f"\r\n--{boundary}--\r\n".encode()
    return Body(f"multipart/form-data; boundary={boundary}", content)


def request(method: str, path: str, body: Body | None = None, headers: str = "") -> bytes:
    """A whole request.

    Args:
        headers: further lines, each with its ``\\r\\n``.
    """
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    if body is None:
        return f"{head}\r\n".encode()
    head += f"Content-Type: {body.content_type}\r\nContent-Length: {len(body.content)}\r\n\r\n"
    return head.encode() + body.content
