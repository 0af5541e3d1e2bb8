"""Read the events of the Wyoming protocol and check them; the package ``wyoming`` takes any JSON of any length."""

import asyncio
from reprlib import repr as shortened
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError
from starlette import status
from wyoming.event import Event, async_read_event

from app.parameters import must_be
from app.settings import STREAM_RATES_HZ
from app.streaming.messages import Refusal
from model.containers import MAX_CHANNELS

MAX_HEAD_BYTES = 64 * 1024  # of the line of JSON with which an event begins
MAX_MILLISECONDS = 1e15  # a clock that counts from 1970 has a thousandth of it
EXPECTED = 'this port speaks the Wyoming protocol: lines of JSON such as {"type": "describe"}'

M = TypeVar("M", bound=BaseModel)


class Reader(asyncio.StreamReader):
    """Refuses what is too long before it has come.

    Attributes:
        is_over: whether the client has sent its last event.
    """

    def __init__(self, *, max_bytes: int) -> None:
        super().__init__(limit=MAX_HEAD_BYTES)
        self.is_over = False
        self._max_bytes = max_bytes

    async def readline(self) -> bytes:
        try:
            line = await super().readline()
        except ValueError as error:
            text = f"an event's first line is over {MAX_HEAD_BYTES} bytes; {EXPECTED}"
            raise Refusal(status.WS_1009_MESSAGE_TOO_BIG, text) from error
        self.is_over = not line
        return line

    async def readexactly(self, n: int) -> bytes:
        if n > self._max_bytes:
            text = f"an event has {shortened(n)} bytes; at most {self._max_bytes} are read, so send shorter chunks"
            raise Refusal(status.WS_1009_MESSAGE_TOO_BIG, text)
        return await super().readexactly(n)


class Format(BaseModel):
    """The sound of a chunk: little-endian samples whose channels take turns, and its first one's time on any clock."""

    rate: Annotated[
        int,
        Field(ge=STREAM_RATES_HZ[0], le=STREAM_RATES_HZ[1]),
        must_be(f"a whole number from {STREAM_RATES_HZ[0]} to {STREAM_RATES_HZ[1]}"),
    ]
    width: Annotated[int, Field(ge=1, le=4), must_be("the bytes of a sample, 1 to 4")]
    channels: Annotated[int, Field(ge=1, le=MAX_CHANNELS), must_be(f"a whole number from 1 to {MAX_CHANNELS}")]
    timestamp: Annotated[
        float | None, Field(ge=-MAX_MILLISECONDS, le=MAX_MILLISECONDS), must_be("a number of milliseconds")
    ] = None

    @property
    def layout(self) -> tuple[int, int, int]:
        return self.rate, self.width, self.channels

    @property
    def bytes_per_second(self) -> int:
        return self.rate * self.width * self.channels


class Transcribe(BaseModel):
    """The fields of a transcribe event that count; others, such as a language, change nothing."""

    name: Annotated[str | None, must_be("a model's name")] = None


class Detect(BaseModel):
    names: Annotated[list[str] | None, must_be("a list of words")] = None


class Ping(BaseModel):
    text: Annotated[str | None, must_be("text")] = None


async def read_event(reader: Reader) -> Event | None:
    """Read a client's next event, or None after its last.

    Raises:
        Refusal: what came is no event, or too long.
        EOFError: the client left in the middle of an event.
        OSError: the connection broke.
    """
    try:
        event = await async_read_event(reader)
    except (AttributeError, KeyError, TypeError, RecursionError) as error:  # the package takes any JSON for an event
        raise Refusal(status.WS_1007_INVALID_FRAME_PAYLOAD_DATA, f"this is no event; {EXPECTED}") from error
    if event is None and not reader.is_over:
        raise Refusal(status.WS_1007_INVALID_FRAME_PAYLOAD_DATA, f"this is no event; {EXPECTED}")
    return event


def said(event: Event, model: type[M]) -> M:
    """Check what an event says.

    Raises:
        Refusal: something in it is missing or out of range.
    """
    try:
        return model.model_validate(event.data)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in wrong["loc"]) or "data"
        text = f"{event.type}: {name} {wrong['msg']}, not {shortened(wrong['input'])}"
        raise Refusal(status.WS_1008_POLICY_VIOLATION, text) from error
