"""Read and write the text messages of a stream."""

from collections.abc import Sequence
from reprlib import repr as shortened
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from starlette import status

from app.parameters import must_be
from app.streaming.listener import Listener
from model.spotter import Event

EXPECTED = 'send sound as binary messages, or {"config": {...}} or {"eof": 1} as text'


class Refusal(Exception):
    """Ends a stream: the code that closes it, and a message that says what is wrong and what would be right."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Config(BaseModel):
    """What a client may set at any time; vosk-server's other settings are ignored."""

    sample_rate: Annotated[float | None, Field(ge=8_000, le=48_000), must_be("a number from 8000 to 48000")] = None
    threshold: Annotated[float | None, Field(ge=0, le=1), must_be("a number from 0 to 1")] = None


class Order(BaseModel):
    config: Config | None = None
    eof: Any = None


class Word(BaseModel):
    """A command, in vosk-server's words."""

    word: str
    conf: float
    start: float
    end: float


class State(BaseModel):
    """Where a stream stands, beyond what vosk-server says."""

    seconds: float
    threshold: float
    level_db: float
    posteriors: dict[str, float] | None


class Partial(BaseModel):
    partial: str = ""
    heed: State


class Result(BaseModel):
    result: list[Word]
    text: str
    heed: State


class Error(BaseModel):
    error: str


def read(text: str) -> Order:
    """Read what a client says.

    Raises:
        Refusal: the text is not understood.
    """
    try:
        order = Order.model_validate_json(text)
    except ValidationError as error:
        raise _refusal(error) from error
    if order.config is None and not order.eof:
        raise Refusal(status.WS_1003_UNSUPPORTED_DATA, f"the text says nothing that heed knows; {EXPECTED}")
    return order


def result(events: Sequence[Event], listener: Listener) -> str:
    words = [
        Word(
            word=event.label,
            conf=round(event.confidence, 4),
            start=round(event.start_seconds, 3),
            end=round(event.end_seconds, 3),
        )
        for event in events
    ]
    return Result(result=words, text=" ".join(word.word for word in words), heed=_state(listener)).model_dump_json()


def partial(listener: Listener) -> str:
    return Partial(heed=_state(listener)).model_dump_json()


def _state(listener: Listener) -> State:
    posteriors = listener.posteriors
    return State(
        seconds=round(listener.seconds, 3),
        threshold=listener.threshold,
        level_db=round(listener.level_db, 1),
        posteriors=posteriors and {label: round(posterior, 4) for label, posterior in posteriors.items()},
    )


def _refusal(error: ValidationError) -> Refusal:
    wrong = error.errors(include_url=False)[0]
    match wrong["loc"]:
        case ():
            message = f"the text is not a JSON object; {EXPECTED}"
            return Refusal(status.WS_1007_INVALID_FRAME_PAYLOAD_DATA, message)
        case ("config", name):
            message = f"{name} {wrong['msg']}, not {shortened(wrong['input'])}"
            return Refusal(status.WS_1008_POLICY_VIOLATION, message)
        case _:
            message = f"config must be an object, not {shortened(wrong['input'])}; {EXPECTED}"
            return Refusal(status.WS_1003_UNSUPPORTED_DATA, message)
