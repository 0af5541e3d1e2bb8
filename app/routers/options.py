"""Read what the query of a request says about its recording, all at once: parameters of FastAPI's take 10 us each."""

from typing import Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request

from app.parameters import N_ALTERNATIVES, must_be, normalized
from model.containers import MAX_CHANNELS

Words = tuple[str, ...]


def split(words: str) -> Words:
    """Split a parameter's words at its commas, in an order that does not depend on how they were written."""
    return tuple(sorted({normalized(word) for word in words.split(",") if word.strip()}))


ChannelName = Annotated[
    Literal["left", "right", "mean", "best"] | Annotated[int, Field(ge=0, lt=MAX_CHANNELS)],
    must_be(f"left, right, mean, best or a number from 0 to {MAX_CHANNELS - 1}"),
]
Threshold = Annotated[float, Field(ge=0, le=1), must_be("a number from 0 to 1")]
TopK = Annotated[int, must_be("a whole number from 1 to the number of labels")]


class Options(BaseModel):
    """How a recording is to be answered; each route documents the options that it takes."""

    model_config = ConfigDict(frozen=True)

    model: str = Field("", description="the model to ask, by its name in `/models`")
    channel: ChannelName | None = Field(
        None, description="the channel to hear: left, right, a number from 0, the mean of all, or the best"
    )
    words: Annotated[Words, BeforeValidator(split, str)] | None = Field(
        None, description="the only commands that may be answered, with commas between them"
    )
    threshold: Threshold | None = Field(None, description="least confidence of an accepted command")
    top_k: TopK = Field(N_ALTERNATIVES, description="how many alternatives to answer")


_NO_OPTIONS = Options.model_validate({})
_SCHEMAS = Options.model_json_schema(mode="validation")["properties"]


def options_of(request: Request) -> Options:
    """Read the options of a request.

    Raises:
        RequestValidationError: one of them is wrong.
    """
    if not request.scope["query_string"]:
        return _NO_OPTIONS
    try:
        return Options.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def documented(*names: str) -> list[dict[str, Any]]:
    """Describe options in the form of OpenAPI."""
    return [_documented(name, dict(_SCHEMAS[name])) for name in names]


def _documented(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    description = schema.pop("description")
    if "anyOf" in schema:
        kinds = [kind for kind in schema["anyOf"] if kind["type"] != "null"]  # which a query can't hold
        schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
