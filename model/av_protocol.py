"""How heed and its decoding process talk: it is asked by a line of JSON and a clip, and answers blocks of samples.

The line holds a :class:`Request`. Each block begins with ``BLOCK``: FFmpeg's sample format, rate, channels and number
of bytes. An empty block ends them, and behind it stands a line of JSON, ``{}`` or one that says what is wrong:
``refused`` with a reason for people, or ``failed`` with FFmpeg's. The process writes a line when it is ready.
"""

import json
from struct import Struct
from typing import TypedDict

BLOCK = Struct("<4sIII")
END = BLOCK.pack(b"", 0, 0, 0)


class Request(TypedDict):
    """A request to decode a clip of so many bytes, with FFmpeg's demuxer and the limits at which to stop."""

    n_bytes: int
    demuxer: str
    max_seconds: float
    max_values: int


class Outcome(TypedDict, total=False):
    """The outcome of a clip: what is wrong with it, or nothing."""

    refused: str
    failed: str


def line(message: Request | Outcome) -> bytes:
    return json.dumps(message).encode() + b"\n"
