"""Put the parts of the service together into one ASGI application."""

import asyncio
import gc
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from app.errors import HANDLERS
from app.folder import ModelFolder
from app.middleware.access import Access
from app.middleware.api_keys import ApiKeys
from app.middleware.body_limit import BodyLimit
from app.middleware.error_forms import ErrorForms
from app.middleware.hosts import HostCheck
from app.middleware.origins import OriginCheck
from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.middleware.security_headers import SecurityHeaders
from app.middleware.shared_rate_limit import SharedRateLimit
from app.middleware.trailing_slash import TrailingSlash
from app.models import Model, Models
from app.openapi import DESCRIPTION, document_keys, document_model, document_openai_errors, problems
from app.routers import health, huggingface, inspection, openai, stream, transcription, words
from app.routers import models as model_list
from app.routers.clip import FORM_BYTES
from app.routers.pages import page_routes
from app.server.watchdog import watch
from app.settings import Settings
from app.streaming.streams import Streams
from app.telemetry.logs import event_log
from app.telemetry.metrics import Metrics
from app.telemetry.native_stderr import silence_native_stderr
from app.telemetry.requests import RequestTelemetry
from app.telemetry.shared_metrics import join_shared_metrics
from app.version import VERSION
from app.words.lessons import Lessons
from app.words.store import Store
from app.words.teaching import Teaching
from app.words.vocabulary import Vocabulary
from model.errors import CheckpointError, EmbeddingMissing
from model.recognizer import Recognizer

ROUTERS = (
    transcription.router,
    inspection.router,
    openai.router,
    huggingface.router,
    stream.router,
    model_list.router,
    words.router,
    health.router,
)


def create_app(settings: Settings, *recognizers: Recognizer) -> ASGIApp:
    """Build the service around its recognizers; the first answers where a request names no model."""
    default, log = recognizers[0], event_log(settings.log_level)
    metrics = Metrics(default.labels, model_name=default.name, model_path=settings.model_path)
    models = Models([Model(recognizer, settings, metrics) for recognizer in recognizers])
    streams = Streams(settings, metrics, log)
    app = FastAPI(
        title="heed",
        version=VERSION,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "this service"}],
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
        docs_url=None,  # FastAPI's pages load their scripts from another host
        redoc_url=None,
        exception_handlers=HANDLERS,
        responses=problems(421),
    )
    app.state.settings, app.state.metrics, app.state.models, app.state.streams = settings, metrics, models, streams
    store, lessons = Store(settings.database_url), Lessons(models)
    app.state.vocabulary = vocabulary = Vocabulary(store, lessons, models, metrics)
    app.state.teaching = Teaching(store, lessons, vocabulary, models)
    app.state.folder = settings.models and ModelFolder(settings.models, models, settings, metrics)
    rate, concurrency = RateLimit(settings.max_requests_per_second), ConcurrencyLimit(settings.max_concurrent)
    app.state.shared_rate = SharedRateLimit.of(settings.rate_limit_store, settings.max_requests_per_second)
    _guard(app, settings, rate=rate, concurrency=concurrency)
    app.state.wyoming = None
    if settings.wyoming is not None:
        from app.streaming.wyoming.server import WyomingServer  # here, because the package that it needs is optional

        app.state.wyoming = WyomingServer(settings, models, streams, rate=rate, concurrency=concurrency)
    routers = [*ROUTERS, page_routes()]
    for router in routers:
        app.include_router(router)
    _complete_document(app, settings, models)
    routes = [route for router in routers for route in router.routes]
    paths = ["/openapi.json", *(route.path for route in routes if isinstance(route, Route | WebSocketRoute))]
    # around FastAPI as a whole, so that its own answer to a fault has its id and is counted too
    return TrailingSlash(RequestTelemetry(app, metrics=metrics, event_log=log, paths=paths))


def _complete_document(app: FastAPI, settings: Settings, models: Models) -> None:
    """Say in the OpenAPI document what the routes themselves can't."""
    document_openai_errors(app.openapi())
    if settings.models is None:  # else the numbers are each model's own
        document_model(app.openapi(), n_labels=len(models.default.labels), threshold=models.default.threshold)
    document_keys(app.openapi(), required=settings.api_keys_file is not None)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Warm the models up and watch over the threads, beside the requests: /livez answers meanwhile.

    What it yields is for the server, see :class:`app.server.server.Server`.
    """
    settings, models, streams = app.state.settings, app.state.models, app.state.streams
    warm_up = asyncio.create_task(models.warm_up())
    watchdog = asyncio.create_task(watch(models.beat, streams.beat, hang_seconds=settings.longest_silence))
    tasks = [warm_up, watchdog]
    if app.state.folder:
        await app.state.folder.begin()  # before the process listens, or it would know fewer models than the others
        tasks.append(asyncio.create_task(app.state.folder.follow()))
    await app.state.vocabulary.try_to_look()
    tasks.append(asyncio.create_task(app.state.vocabulary.follow()))
    yield {"wyoming": app.state.wyoming}
    for task in tasks:
        task.cancel()
    if app.state.folder:
        app.state.folder.close()
    models.close()
    app.state.teaching.close()
    app.state.vocabulary.close()
    streams.close()
    if app.state.shared_rate:
        await app.state.shared_rate.close()


def _guard(app: FastAPI, settings: Settings, *, rate: RateLimit, concurrency: ConcurrencyLimit) -> None:
    """Put the middleware around the routes, the innermost first."""
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_clip_bytes + FORM_BYTES,
        max_held_bytes=settings.max_held_bytes,
        upload_seconds=settings.upload_seconds,
    )
    if settings.limits_access:
        keys = None if settings.api_keys_file is None else ApiKeys.read(settings.api_keys_file)
        shared_rate = app.state.shared_rate
        app.add_middleware(Access, keys=keys, rate=rate, concurrency=concurrency, shared_rate=shared_rate)
    if settings.cors_origins:  # before the door: a browser asks without a key whether it may send one
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=("Authorization", "X-Request-ID"),
            expose_headers=("Retry-After", "X-Request-ID"),
        )
    app.add_middleware(OriginCheck, others=settings.cors_origins)  # before CORS, which refuses without a reason
    # before all that believes Host
    app.add_middleware(HostCheck, listed=(*settings.hosts, socket.gethostname().lower()))
    app.add_middleware(ErrorForms)
    app.add_middleware(SecurityHeaders)


def create_app_from_environment() -> ASGIApp:
    """Build the application of one process of the service.

    Raises:
        SystemExit: the model can't be served; the supervisor then starts no further process.
    """
    logging.captureWarnings(True)
    silence_native_stderr()
    join_shared_metrics()
    settings = Settings()
    try:
        recognizer = Recognizer.load(settings.model_path, second_opinion=settings.second_opinion)
    except CheckpointError as error:
        message = " ".join(str(error).split())  # torch spreads its messages about tensors over lines
        print(f"heed: {message}; HEED_MODEL names the checkpoint to serve", file=sys.stderr)  # noqa: T201
        sys.exit(STARTUP_FAILURE)
    except EmbeddingMissing as error:
        print(f"heed: {error}; HEED_SECOND_OPINION=off does without", file=sys.stderr)  # noqa: T201
        sys.exit(STARTUP_FAILURE)
    app = create_app(settings, recognizer)
    gc.freeze()  # collections that skip what stays for good are short, and so are the longest waits
    return app
