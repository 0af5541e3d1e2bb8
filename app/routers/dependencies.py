"""Hand the handlers what they need: the model, the settings, the metrics and the streams."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.models import Model, Models
from app.refusals import TeachingOff
from app.settings import Settings
from app.streaming.streams import Streams
from app.telemetry.metrics import Metrics
from app.words.teaching import Teaching
from app.words.vocabulary import Vocabulary
from model.embedding import is_installed

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


def reason_against_teaching(settings: Settings) -> str | None:
    if not settings.teaching:
        return "HEED_TEACHING is off"
    return None if is_installed() else "the speech embedding is not installed"


async def _vocabulary(connection: HTTPConnection) -> Vocabulary:
    """Hand out the taught words as they are in the database now: another process may have changed them just before."""
    vocabulary: Vocabulary = connection.app.state.vocabulary
    await vocabulary.look()
    return vocabulary


async def _teaching(connection: HTTPConnection, settings: "SettingsDep", _: "VocabularyDep") -> Teaching:
    if reason := reason_against_teaching(settings):
        raise TeachingOff(f"this service can't be taught words: {reason}")
    teaching: Teaching = connection.app.state.teaching
    return teaching


SettingsDep = Annotated[Settings, Depends(_settings)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
StreamsDep = Annotated[Streams, Depends(_streams)]
ModelsDep = Annotated[Models, Depends(_models)]
ModelDep = Annotated[Model, Depends(_model)]
VocabularyDep = Annotated[Vocabulary, Depends(_vocabulary)]
TeachingDep = Annotated[Teaching, Depends(_teaching)]
