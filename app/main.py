"""Settings and a recognizer in, the service out: an ASGI application that hears clips and streams over HTTP."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

from app.errors import HANDLERS
from app.middleware.access import Door
from app.middleware.api_keys import ApiKeys
from app.middleware.body_limit import BodyLimit
from app.middleware.origins import OwnOrigin
from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.middleware.security_headers import SecurityHeaders
from app.openapi import DESCRIPTION, document_keys
from app.queue import RecognitionQueue
from app.routers.clip import FORM_BYTES
from app.routers.pages import page_routes
from app.routers.transcription import health_routes, metrics_routes, recognition_routes, stream_routes
from app.server.watchdog import watch
from app.settings import Settings
from app.streaming.conversation import Streams
from app.telemetry.logs import event_log
from app.telemetry.metrics import Metrics
from app.telemetry.native_stderr import silence_native_notes
from app.telemetry.requests import Observation
from app.telemetry.shared_metrics import join_shared_metrics
from model.recognizer import Recognizer


def create_app(settings: Settings, recognizer: Recognizer) -> FastAPI:
    metrics, log = Metrics(recognizer, settings.model_path), event_log(settings.log_level)
    queue = RecognitionQueue(
        recognizer,
        metrics,
        max_clip_seconds=settings.max_clip_seconds,
        max_batch=settings.max_batch,
        max_waiting=settings.max_waiting,
    )
    streams = Streams(recognizer, settings, metrics, log)

    app = FastAPI(
        title="heed",
        description=DESCRIPTION,
        lifespan=_lifespan(queue, streams, settings),
        docs_url=None,  # FastAPI's pages load their scripts from another host
        redoc_url=None,
        exception_handlers=HANDLERS,
    )
    _guard(app, settings)
    routers = [
        recognition_routes(queue, metrics, settings),
        stream_routes(streams),
        health_routes(queue),
        metrics_routes(metrics),
        page_routes(),
    ]
    routes = [*app.routes, *(route for router in routers for route in router.routes)]
    paths = [route.path for route in routes if isinstance(route, Route | WebSocketRoute)]
    for router in routers:
        app.include_router(router)
    if settings.api_keys_file is not None:
        document_keys(app.openapi())
    # last, because it stands around all other middleware, Starlette's own answer to a fault included
    app.middleware_stack = Observation(app.build_middleware_stack(), metrics=metrics, event_log=log, paths=paths)
    return app


def _lifespan(
    queue: RecognitionQueue, streams: Streams, settings: Settings
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs beside the requests, from the start of a process to its end."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warm_up = asyncio.create_task(queue.warm_up())  # beside the first requests: /livez answers meanwhile
        watchdog = asyncio.create_task(watch(queue.beat, streams.beat, hang_seconds=settings.longest_silence))
        yield
        warm_up.cancel()
        watchdog.cancel()
        queue.close()
        streams.close()

    return lifespan


def _guard(app: FastAPI, settings: Settings) -> None:
    """What a request passes before it is routed, the innermost first."""
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_clip_bytes + FORM_BYTES,
        max_held_bytes=settings.max_held_bytes,
        upload_seconds=settings.upload_seconds,
    )
    if settings.has_door:
        keys = None if settings.api_keys_file is None else ApiKeys.read(settings.api_keys_file)
        rate = RateLimit(settings.max_requests_per_second)
        app.add_middleware(Door, keys=keys, rate=rate, concurrency=ConcurrencyLimit(settings.max_concurrent))
    app.add_middleware(OwnOrigin, others=settings.cors_origins)
    if settings.cors_origins:  # before the door: a browser asks without a key whether it may send one
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "X-Request-ID"),
            expose_headers=("Retry-After", "X-Request-ID"),
        )
    app.add_middleware(SecurityHeaders)


def create_app_from_environment() -> FastAPI:
    """What every process of the service starts with.

    Raises:
        CheckpointError: there is nothing to serve.
    """
    logging.captureWarnings(True)
    silence_native_notes()
    join_shared_metrics()
    settings = Settings()
    app = create_app(settings, Recognizer.load(settings.model_path))
    gc.freeze()  # all this stays; collections that need not look at it are short, and so are the longest waits
    return app
