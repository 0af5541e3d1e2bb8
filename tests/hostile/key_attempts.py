"""Ways to try to get in with a key: what is almost the key, and the key in the wrong place."""

import base64
from collections.abc import Iterator
from typing import NamedTuple


class Attempt(NamedTuple):
    """What a request carries; of a stream's handshake too, unless it names other headers for it."""

    kind: str
    headers: tuple[str, ...] = ()
    query: str = ""
    stream_headers: tuple[str, ...] | None = None


def wrong_attempts(key: str) -> Iterator[Attempt]:
    yield Attempt("no key")
    for kind, almost in almost_right(key):
        protocol = f"Sec-WebSocket-Protocol: heed, {subprotocol(almost)}"
        yield Attempt(kind, (_bearer(almost),))
        yield Attempt(kind, (_bearer(almost), protocol), stream_headers=(protocol,))
    for credentials in (key, f"Token {key}", f"Basic {_base64(f'{key}:')}", f"Basic {_base64(f':{key}')}"):
        yield Attempt("another scheme", (f"Authorization: {credentials}",))
    for credentials in (f'Bearer "{key}"', f"Bearer {_base64(key)}", f"Bearer x, Bearer {key}", f"Bearer\t{key}"):
        yield Attempt("written otherwise", (f"Authorization: {credentials}",))
    yield Attempt("written otherwise", (_bearer("x"), _bearer(key)))
    for name in ("key", "api_key", "access_token", "token", "authorization"):
        yield Attempt("in the query", query=f"?{name}={key}")
        yield Attempt("in a cookie", (f"Cookie: {name}={key}",))
    for name in ("X-API-Key", "Proxy-Authorization", "X-Authorization", "Forwarded"):
        yield Attempt("in another header", (f"{name}: {key}",))
    protocol = f"Sec-WebSocket-Protocol: heed, {subprotocol(key)}"
    yield Attempt("in another header", (protocol,), stream_headers=(f"Sec-WebSocket-Protocol: heed, {key}",))


def almost_right(key: str) -> Iterator[tuple[str, str]]:
    for place, character in enumerate(key):
        yield "a character off", f"{key[:place]}{'1' if character == '0' else '0'}{key[place + 1 :]}"
    for length in range(1, len(key)):
        yield "its beginning", key[:length]
    for longer in (f"{key}0", f"0{key}", key + key, f"{key}="):
        yield "longer", longer
    yield "in capitals", key.upper()


def paths_around() -> Iterator[str]:
    """Ways that might be taken for an open path here and for another there."""
    for target in ("labels", "transcribe"):
        yield from (f"/livez/../{target}", f"/page/../{target}", f"/page/%2e%2e/{target}", f"/docs/..%2f{target}")
        yield from (f"//{target}", f"/./{target}", f"/{target}/", f"/{target.upper()}", f"/{target}%00", f"/{target}?/")


def right_attempts(key: str) -> Iterator[Attempt]:
    yield Attempt("right", (_bearer(key),))
    yield Attempt("right", (f"authorization: bearer {key}",))
    protocol = f"Sec-WebSocket-Protocol: heed, {subprotocol(key)}"
    yield Attempt("right", (_bearer(key),), stream_headers=(protocol,))


def subprotocol(key: str) -> str:
    return f"bearer.{base64.urlsafe_b64encode(key.encode()).decode().rstrip('=')}"


def _bearer(key: str) -> str:
    return f"Authorization: Bearer {key}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
