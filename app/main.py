"""Settings and a recognizer in, the service out: an ASGI application that hears clips over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.body_limit import BodyLimit
from app.errors import HANDLERS
from app.quota import usable_cpus
from app.routes import health_routes, recognition_routes
from app.settings import Settings
from app.upload import FORM_BYTES
from app.workers import Workers
from model.recognizer import Recognizer


def create_app(settings: Settings, recognizer: Recognizer) -> FastAPI:
    workers = Workers(recognizer, settings.workers or usable_cpus())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warm_up = asyncio.create_task(workers.warm_up())  # beside the first requests: /livez answers meanwhile
        yield
        warm_up.cancel()
        workers.close()

    app = FastAPI(
        title="heed",
        description="Hears which command word a short recording holds.",
        lifespan=lifespan,
        exception_handlers=HANDLERS,
    )
    app.add_middleware(BodyLimit, max_bytes=settings.max_clip_bytes + FORM_BYTES)
    app.include_router(recognition_routes(workers, settings))
    app.include_router(health_routes(workers))
    return app
