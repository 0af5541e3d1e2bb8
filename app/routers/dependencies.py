"""Hand the handlers what they need: the model, the settings, the metrics and the streams."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.models import Model, Models
from app.settings import Settings
from app.streaming.streams import Streams
from app.telemetry.metrics import Metrics

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
