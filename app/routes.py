"""Requests in, answers out: ``POST /transcribe`` and its siblings."""

from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request

from app.batcher import RETRY_AFTER, Batcher
from app.documentation import CLIP_BODY, problems
from app.hang_up import has_hung_up
from app.parameters import must_be
from app.schemas import Index, Labels, Status, Transcription
from app.settings import Settings
from app.upload import read_clip

TOP_K = 3


def recognition_routes(batcher: Batcher, settings: Settings) -> APIRouter:
    router, recognizer = APIRouter(tags=["recognition"]), batcher.recognizer
    n_labels = len(recognizer.labels)
    whole_number = f"a whole number from 1 to {n_labels}"
    default_threshold = recognizer.threshold if settings.threshold is None else settings.threshold

    @router.post("/transcribe", openapi_extra=CLIP_BODY, responses=problems(400, 413, 415, 422, 503))
    async def transcribe(
        request: Request,
        top_k: Annotated[int, Query(ge=1, le=n_labels), must_be(whole_number)] = min(TOP_K, n_labels),
        threshold: Annotated[float, Query(ge=0, le=1), must_be("a number from 0 to 1")] = default_threshold,
    ) -> Transcription:
        """Say which command word a recording holds.

        Silence and unknown words are answers too, with an empty `text` and a `reason`.
        """
        clip = await read_clip(request, max_clip_bytes=settings.max_clip_bytes)
        start = perf_counter()
        recognition = await batcher.recognize(clip, threshold=threshold, is_gone=partial(has_hung_up, request.receive))
        elapsed_ms = 1000 * (perf_counter() - start)
        return Transcription.of(recognition, top_k=top_k, model=recognizer.name, elapsed_ms=elapsed_ms)

    @router.get("/labels")
    async def labels() -> Labels:
        return Labels(model=recognizer.name, labels=list(recognizer.labels), threshold=default_threshold)

    return router


def health_routes(batcher: Batcher) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    async def livez() -> Status:
        return Status(status="alive")

    @router.get("/healthz", responses=problems(503))
    @router.get("/readyz", responses=problems(503))
    async def readyz() -> Status:
        if not batcher.is_warm:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "still warming up; ask again in a second", RETRY_AFTER)
        return Status(status="ready")

    @router.get("/")
    async def index() -> Index:
        return Index()

    return router
