"""Answer which commands recordings hold: ``POST /transcribe``, and ``GET /labels`` for what can be answered."""

import asyncio
from time import perf_counter

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError

from app.errors import problem_of
from app.models import Model
from app.openapi import clip_route, model_route, problems
from app.queue import Clip
from app.routers.clip import ClipRequestDep
from app.routers.dependencies import ModelDep
from app.routers.options import Options, documented
from app.schemas import Labels, Problem, Transcription
from model.errors import AudioError

router = APIRouter(tags=["recognition"], responses=problems(401, 429))


@router.post("/transcribe", **clip_route(documented("model", "channel", "words", "threshold", "top_k")))
async def transcribe(asked: ClipRequestDep) -> Transcription | list[Transcription | Problem]:
    """Say which command words a recording holds, and when.

    Silence and unknown words are answers too, with an empty `text` and a `reason`. Several fields `file` are answered
    by a list, in which each has its own transcription or problem.
    """
    _check_top_k(asked.options.top_k, asked.model)
    answers = [_transcribe(asked.model, clip, asked.options) for clip in asked.clips]
    if len(answers) == 1:
        return await answers[0]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    return [_answer_or_problem(outcome) for outcome in outcomes]


def _check_top_k(top_k: int, model: Model) -> None:
    n_labels = len(model.labels)
    if not 1 <= top_k <= n_labels:
        wrong = {"loc": ("query", "top_k"), "msg": f"must be a whole number from 1 to {n_labels}", "input": str(top_k)}
        raise RequestValidationError([wrong])


async def _transcribe(model: Model, clip: Clip, options: Options) -> Transcription:
    start = perf_counter()
    recognition = await model.recognize(clip, threshold=options.threshold, words=options.words)
    elapsed_ms = 1000 * (perf_counter() - start)
    return Transcription.of(recognition, top_k=options.top_k, model=model.name, elapsed_ms=elapsed_ms)


def _answer_or_problem(outcome: Transcription | BaseException) -> Transcription | Problem:
    """Give a bad clip a problem of its own; what concerns the request, such as a full queue, is raised."""
    if isinstance(outcome, AudioError):
        return problem_of(outcome)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


@router.get("/labels", **model_route(documented("model")))
async def labels(model: ModelDep) -> Labels:
    """List the labels that the model can answer, and its threshold."""
    return Labels(model=model.name, labels=list(model.labels), threshold=model.threshold)
