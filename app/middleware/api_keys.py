"""Read the file of API keys, and compare the key that a request carries with them."""

import base64
import re
from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Self

from starlette.types import Scope

MIN_KEY_CHARACTERS = 16
SUBPROTOCOL = "heed"  # the subprotocol that a stream agrees to if its client offers it
KEY_SUBPROTOCOL = "bearer."  # with the key in Base64 for URLs behind it: pages send no headers with a WebSocket

EXPECTED = f"must name a file with an API key a line, {MIN_KEY_CHARACTERS} or more letters, digits and -._~+/"
_KEY = re.compile(r"[\w.~+/-]+=*", re.ASCII)  # RFC 6750 allows this after "Bearer"


class UnusableKeys(ValueError):
    """The file holds no key, or one that can't be sent or is too easily guessed. The message names no key."""


class ApiKeys:
    """The keys of the service; of each only a digest is kept, so that nothing can show it by mistake."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._digests = [_digest(key.encode()) for key in keys]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read one key a line; empty lines and those that begin with # are skipped.

        Raises:
            UnusableKeys: the message says what is wrong, and in which line.
        """
        try:
            text = path.read_bytes().decode("ascii", errors="replace")
        except OSError as error:
            raise UnusableKeys(f"{EXPECTED}; it can't be read ({error.strerror})") from error
        lines = {n: line.strip() for n, line in enumerate(text.splitlines(), 1)}
        keys = {n: line for n, line in lines.items() if line and not line.startswith("#")}
        weak = [n for n, key in keys.items() if len(key) < MIN_KEY_CHARACTERS or not _KEY.fullmatch(key)]
        if weak or not keys:
            raise UnusableKeys(f"{EXPECTED}; " + (f"line {weak[0]} is not a key" if weak else "it holds no key"))
        return cls(keys.values())

    def name_of(self, key: bytes) -> str | None:
        """Name a known key; the time this takes tells neither which key it is nor how much of one was right."""
        digest = _digest(key)
        n_equal = sum([compare_digest(digest, known) for known in self._digests])  # not any(), which stops at the first
        return digest.hex() if n_equal else None


def key_in(scope: Scope) -> bytes | None:
    """Find the key that a request or a stream's handshake carries, right or wrong, but not in the query."""
    credentials = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, key = b", ".join(credentials).partition(b" ")
    if scheme.lower() == b"bearer":
        return key.strip()
    for protocol in scope.get("subprotocols", ()):
        if protocol.startswith(KEY_SUBPROTOCOL):
            return _decoded(protocol.removeprefix(KEY_SUBPROTOCOL))
    return None


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(f"{text}==")
    except ValueError:
        return b""


def _digest(key: bytes) -> bytes:
    return sha256(key).digest()
