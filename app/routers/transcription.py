"""Answer which commands recordings hold: ``POST /transcribe``, and ``GET /labels`` for what can be answered."""

import asyncio
from time import perf_counter

from fastapi import APIRouter

from app.errors import problem_of
from app.models import Model
from app.openapi import CLIP_ROUTE, MODEL_ROUTE, problems
from app.parameters import N_ALTERNATIVES
from app.queue import Clip
from app.routers.clip import ClipsDep
from app.routers.dependencies import ModelDep, Threshold, TopK, Words, check_top_k, split
from app.schemas import Labels, Problem, Transcription
from model.errors import AudioError

router = APIRouter(tags=["recognition"], responses=problems(401, 429))


@router.post("/transcribe", **CLIP_ROUTE)
async def transcribe(
    model: ModelDep,
    clips: ClipsDep,
    top_k: TopK = N_ALTERNATIVES,
    threshold: Threshold | None = None,
    words: Words | None = None,
) -> Transcription | list[Transcription | Problem]:
    """Say which command words a recording holds, and when.

    Silence and unknown words are answers too, with an empty `text` and a `reason`. Several fields `file` are answered
    by a list, in which each has its own transcription or problem.
    """
    check_top_k(top_k, model)
    answers = [_transcribe(model, clip, top_k=top_k, threshold=threshold, words=split(words)) for clip in clips]
    if len(answers) == 1:
        return await answers[0]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    return [_answer_or_problem(outcome) for outcome in outcomes]


async def _transcribe(
    model: Model, clip: Clip, *, top_k: int, threshold: float | None, words: tuple[str, ...] | None
) -> Transcription:
    start = perf_counter()
    recognition = await model.recognize(clip, threshold=threshold, words=words)
    elapsed_ms = 1000 * (perf_counter() - start)
    return Transcription.of(recognition, top_k=top_k, model=model.name, elapsed_ms=elapsed_ms)


def _answer_or_problem(outcome: Transcription | BaseException) -> Transcription | Problem:
    """Give a bad clip a problem of its own; what concerns the request, such as a full queue, is raised."""
    if isinstance(outcome, AudioError):
        return problem_of(outcome)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


@router.get("/labels", **MODEL_ROUTE)
async def labels(model: ModelDep) -> Labels:
    """List the labels that the model can answer, and its threshold."""
    return Labels(model=model.name, labels=list(model.labels), threshold=model.threshold)
