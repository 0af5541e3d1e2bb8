"""Answer which commands a recording holds: ``POST /transcribe``, and ``GET /labels`` for what can be answered."""

from time import perf_counter

from fastapi import APIRouter

from app.openapi import CLIP_ROUTE, problems
from app.parameters import N_ALTERNATIVES
from app.routers.clip import ClipDep
from app.routers.dependencies import ModelDep, Threshold, TopK, check_top_k
from app.schemas import Labels, Transcription

router = APIRouter(tags=["recognition"], responses=problems(401, 429))


@router.post("/transcribe", **CLIP_ROUTE)
async def transcribe(
    model: ModelDep, clip: ClipDep, top_k: TopK = N_ALTERNATIVES, threshold: Threshold | None = None
) -> Transcription:
    """Say which command words a recording holds, and when.

    Silence and unknown words are answers too, with an empty `text` and a `reason`.
    """
    check_top_k(top_k, model)
    start = perf_counter()
    recognition = await model.recognize(clip, threshold=threshold)
    elapsed_ms = 1000 * (perf_counter() - start)
    return Transcription.of(recognition, top_k=top_k, model=model.name, elapsed_ms=elapsed_ms)


@router.get("/labels")
async def labels(model: ModelDep) -> Labels:
    return Labels(model=model.name, labels=list(model.labels), threshold=model.threshold)
