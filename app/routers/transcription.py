"""Requests in, answers out: ``POST /transcribe`` and its siblings, and the way to ``WS /stream``."""

from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response, WebSocket
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from app.middleware.hang_up import has_hung_up
from app.openapi import CLIP_BODY, problems
from app.parameters import must_be
from app.queue import RETRY_AFTER, RecognitionQueue
from app.routers.clip import read_clip
from app.routers.inspection import inspection
from app.schemas import Inspection, Labels, Status, Transcription
from app.settings import Settings
from app.streaming.conversation import Streams
from app.telemetry.metrics import Metrics
from model.audio import MAX_CLIP_SECONDS

TOP_K = 3

Threshold = Annotated[float, Query(ge=0, le=1), must_be("a number from 0 to 1")]


def recognition_routes(queue: RecognitionQueue, metrics: Metrics, settings: Settings) -> APIRouter:
    router, recognizer = APIRouter(tags=["recognition"], responses=problems(401, 429)), queue.recognizer
    n_labels = len(recognizer.labels)
    whole_number = f"a whole number from 1 to {n_labels}"
    default_threshold = settings.threshold_or(recognizer.threshold)
    clip_routes: dict[str, Any] = {"openapi_extra": CLIP_BODY, "responses": problems(400, 403, 408, 413, 415, 422, 503)}

    async def recognized(request: Request, *, top_k: int, threshold: float) -> Transcription:
        queue.refuse_if_full()
        clip = await read_clip(request, max_clip_bytes=settings.max_clip_bytes)
        start, is_gone = perf_counter(), partial(has_hung_up, request.receive)
        recognition = await queue.recognize(clip, threshold=threshold, is_gone=is_gone)
        elapsed_ms = 1000 * (perf_counter() - start)
        metrics.decided(recognition)
        return Transcription.of(recognition, top_k=top_k, model=recognizer.name, elapsed_ms=elapsed_ms)

    @router.post("/transcribe", **clip_routes)
    async def transcribe(
        request: Request,
        top_k: Annotated[int, Query(ge=1, le=n_labels), must_be(whole_number)] = min(TOP_K, n_labels),
        threshold: Threshold = default_threshold,
    ) -> Transcription:
        """Say which command words a recording holds, and when.

        Silence and unknown words are answers too, with an empty `text` and a `reason`.
        """
        return await recognized(request, top_k=top_k, threshold=threshold)

    @router.post("/inspect", response_model=Inspection, **clip_routes)
    async def inspect(request: Request, threshold: Threshold = default_threshold) -> Response:
        """Show what lies between a recording of up to a minute and its transcription: samples, frames, posteriors."""
        queue.refuse_if_full()
        clip = await read_clip(request, max_clip_bytes=settings.max_clip_bytes)
        is_gone = partial(has_hung_up, request.receive)

        def trace() -> str:
            start = perf_counter()
            # however long clips may be: an hour would come to 100 MB of JSON
            max_clip_seconds = min(settings.max_clip_seconds, MAX_CLIP_SECONDS)
            trace = recognizer.trace(clip, threshold=threshold, max_clip_seconds=max_clip_seconds)
            elapsed_ms = 1000 * (perf_counter() - start)
            metrics.decided(trace.recognition)
            transcription = Transcription.of(
                trace.recognition, top_k=min(TOP_K, n_labels), model=recognizer.name, elapsed_ms=elapsed_ms
            )
            return inspection(trace, transcription, recognizer)

        return Response(await queue.run(trace, is_gone=is_gone), media_type="application/json")

    @router.get("/labels")
    async def labels() -> Labels:
        return Labels(model=recognizer.name, labels=list(recognizer.labels), threshold=default_threshold)

    return router


def stream_routes(streams: Streams) -> APIRouter:
    router = APIRouter()

    @router.websocket("/stream")
    async def stream(socket: WebSocket) -> None:
        await streams.serve(socket)

    return router


def health_routes(queue: RecognitionQueue) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    async def livez() -> Status:
        return Status(status="alive")

    @router.get("/healthz", responses=problems(503))
    @router.get("/readyz", responses=problems(503))
    async def readyz(request: Request) -> Status:
        if request.scope.get("state", {}).get("is_stopping"):  # as the server has it
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "stopping or restarting", RETRY_AFTER)
        if not queue.is_warm:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "still warming up; ask again in a second", RETRY_AFTER)
        return Status(status="ready")

    return router


def metrics_routes(metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["health"])
    text: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}

    @router.get("/metrics", response_class=Response, responses=text | problems(401, 429))
    def prometheus() -> Response:
        """Count what all processes have done, in the text format of Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return router
