"""Read the text messages of a stream's client, in vosk-server's words."""

from collections.abc import Mapping
from reprlib import repr as shortened
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from starlette import status

from app.parameters import must_be
from app.settings import STREAM_RATES_HZ
from model.containers import MAX_CHANNELS

MAX_ALTERNATIVES = 100
MAX_PHRASES = 1_000
UNKNOWN_PHRASE = "[unk]"  # in a list of phrases: all other words, which heed takes for unknown ones anyway
IN_QUERY = ("sample_rate", "channels", "threshold", "model")
EXPECTED = 'send sound as binary messages, or {"config": {...}}, {"reset": 1} or {"eof": 1} as text'


class Refusal(Exception):
    """Ends a stream: the code that closes it, and a message that says what is wrong and what would be right."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Config(BaseModel):
    """The settings that a client may change at any time; None leaves one as it is."""

    model_config = ConfigDict(extra="forbid")

    sample_rate: Annotated[
        float | None,
        Field(ge=STREAM_RATES_HZ[0], le=STREAM_RATES_HZ[1]),
        must_be(f"a number from {STREAM_RATES_HZ[0]} to {STREAM_RATES_HZ[1]}"),
    ] = None
    channels: Annotated[
        int | None, Field(ge=1, le=MAX_CHANNELS), must_be(f"a whole number from 1 to {MAX_CHANNELS}")
    ] = None
    threshold: Annotated[float | None, Field(ge=0, le=1), must_be("a number from 0 to 1")] = None
    phrase_list: Annotated[
        list[str] | None,
        Field(validation_alias=AliasChoices("phrase_list", "grammar"), max_length=MAX_PHRASES),
        must_be("a list of words"),
    ] = None
    words: Annotated[bool | None, must_be("1 or 0")] = None
    max_alternatives: Annotated[
        int | None, Field(ge=0, le=MAX_ALTERNATIVES), must_be(f"a whole number from 0 to {MAX_ALTERNATIVES}")
    ] = None
    model: Annotated[str | None, must_be("a model's name")] = None


class Order(BaseModel):
    config: Config | None = None
    reset: Any = None
    eof: Any = None


def read(text: str) -> Order:
    """Read what a client says.

    Raises:
        Refusal: the text is not understood.
    """
    try:
        order = Order.model_validate_json(text)
    except ValidationError as error:
        raise _refusal(error) from error
    if order.config is None and not order.reset and not order.eof:
        raise Refusal(status.WS_1003_UNSUPPORTED_DATA, f"the text says nothing that heed knows; {EXPECTED}")
    return order


def read_query(query: Mapping[str, str]) -> Config:
    """Read what a client sets in the URL, where ``words`` lists the only commands that may be answered.

    Raises:
        Refusal: a value is out of range.
    """
    settings: dict[str, Any] = {name: query[name] for name in IN_QUERY if name in query}
    if "words" in query:
        settings["phrase_list"] = query["words"].split(",")
    try:
        return Config.model_validate(settings)
    except ValidationError as error:
        raise _refusal(error, "config") from error


def _refusal(error: ValidationError, *within: str) -> Refusal:
    wrong = error.errors(include_url=False)[0]
    match (*within, *wrong["loc"]):
        case ():
            message = f"the text is not a JSON object; {EXPECTED}"
            return Refusal(status.WS_1007_INVALID_FRAME_PAYLOAD_DATA, message)
        case ("config", name, *_) if wrong["type"] == "extra_forbidden":
            message = f"{shortened(name)} is no setting of a stream; heed knows {', '.join(Config.model_fields)}"
            return Refusal(status.WS_1008_POLICY_VIOLATION, message)
        case ("config", name, *_):
            message = f"{name} {wrong['msg']}, not {shortened(wrong['input'])}"
            return Refusal(status.WS_1008_POLICY_VIOLATION, message)
        case _:
            message = f"config must be an object, not {shortened(wrong['input'])}; {EXPECTED}"
            return Refusal(status.WS_1003_UNSUPPORTED_DATA, message)
