"""Hand the handlers what they need: the model, the settings, the metrics, the streams and checked parameters."""

from typing import Annotated, Literal

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.requests import HTTPConnection

from app.models import Model, Models
from app.parameters import must_be
from app.settings import Settings
from app.streaming.streams import Streams
from app.telemetry.metrics import Metrics
from model.containers import MAX_CHANNELS

Words = Annotated[str, Query(description="the only commands that may be answered, with commas between them")]
ChannelName = Annotated[
    Literal["left", "right", "mean", "best"] | Annotated[int, Field(ge=0, lt=MAX_CHANNELS)],
    Query(description="the channel to hear: left, right, a number from 0, the mean of all, or the best"),
    must_be(f"left, right, mean, best or a number from 0 to {MAX_CHANNELS - 1}"),
]
TopK = Annotated[int, Query(), must_be("a whole number from 1 to the number of labels")]
Threshold = Annotated[float, Query(ge=0, le=1), must_be("a number from 0 to 1")]


def split(words: str | None) -> tuple[str, ...] | None:
    """Split a parameter's words at its commas, in an order that does not depend on how they were written."""
    return None if words is None else tuple(sorted({word.strip().lower() for word in words.split(",") if word.strip()}))


def check_top_k(top_k: int, model: Model) -> None:
    """Refuse a number of alternatives that a model does not have; a dependency of its own would cost 5 % of a request.

    Raises:
        RequestValidationError: ``top_k`` is out of range.
    """
    n_labels = len(model.labels)
    if not 1 <= top_k <= n_labels:
        wrong = {"loc": ("query", "top_k"), "msg": f"must be a whole number from 1 to {n_labels}", "input": str(top_k)}
        raise RequestValidationError([wrong])


# All of these are coroutines, because FastAPI runs plain functions on other threads, at fifty times the cost.


async def _settings(connection: HTTPConnection) -> Settings:
    settings: Settings = connection.app.state.settings
    return settings


async def _metrics(connection: HTTPConnection) -> Metrics:
    metrics: Metrics = connection.app.state.metrics
    return metrics


async def _streams(connection: HTTPConnection) -> Streams:
    streams: Streams = connection.app.state.streams
    return streams


async def _models(connection: HTTPConnection) -> Models:
    models: Models = connection.app.state.models
    return models


async def _model(connection: HTTPConnection) -> Model:
    """Find the model that the query names; a parameter of FastAPI's would cost each request 11 us."""
    models: Models = connection.app.state.models
    if not connection.scope["query_string"]:
        return models.default
    return models.named(connection.query_params.get("model"))


SettingsDep = Annotated[Settings, Depends(_settings)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
StreamsDep = Annotated[Streams, Depends(_streams)]
ModelsDep = Annotated[Models, Depends(_models)]
ModelDep = Annotated[Model, Depends(_model)]
