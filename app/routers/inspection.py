"""Show what lies between a clip and its transcription, ``POST /inspect``: the page draws it, and learners read it."""

from time import perf_counter
from typing import Any

import numpy as np
from fastapi import APIRouter, Response
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from app.models import Model
from app.openapi import clip_route, problems
from app.parameters import N_ALTERNATIVES
from app.routers.clip import ClipRequestDep
from app.routers.dependencies import SettingsDep
from app.routers.options import documented
from app.schemas import InspectedWindow, Inspection, Transcription
from model.audio import MAX_CLIP_SECONDS, SAMPLE_RATE, Waveform
from model.detector import WindowPosteriors
from model.recognizer import Trace

MAX_ENVELOPE_PARTS = 1000

router = APIRouter(tags=["recognition"], responses=problems(401, 429))


@router.post("/inspect", response_model=Inspection, **clip_route(documented("model", "channel", "words", "threshold")))
async def inspect(settings: SettingsDep, asked: ClipRequestDep) -> Response:
    """Show what lies between a recording of up to a minute and its transcription: samples, frames, posteriors."""
    start = perf_counter()
    max_clip_seconds = min(settings.max_clip_seconds, MAX_CLIP_SECONDS)  # an hour would come to 100 MB of JSON
    model, options = asked.model, asked.options
    trace = await model.trace(
        asked.only_clip, threshold=options.threshold, words=options.words, max_clip_seconds=max_clip_seconds
    )
    elapsed_ms = 1000 * (perf_counter() - start)
    top_k = min(N_ALTERNATIVES, len(model.labels))
    transcription = Transcription.of(trace.recognition, top_k=top_k, model=model.name, elapsed_ms=elapsed_ms)
    json = await run_in_threadpool(_to_json, trace, transcription, model)
    return Response(json, media_type="application/json")


def _to_json(trace: Trace, transcription: Transcription, model: Model) -> str:
    """Write an :class:`Inspection`; of a long clip that takes too long for the event loop."""
    return Inspection.model_construct(  # checks of so many numbers would take as long as all the rest
        transcription=transcription,
        labels=[label for label in model.labels if label in dict(trace.recognition.decision.ranking)],
        envelope=_rounded(_envelope(trace.waveform), 3),
        frame_seconds=model.recognizer.engine.framing.hop_samples / SAMPLE_RATE,
        frames=_rounded(trace.frames, 2),
        looks=[_window(window) for window in trace.windows],
    ).model_dump_json()


def _envelope(waveform: Waveform) -> Waveform:
    """Find the least and the greatest sample of equal parts: ``(time,)`` to ``(part, 2)``."""
    n_parts = min(MAX_ENVELOPE_PARTS, len(waveform))
    starts = np.arange(n_parts) * len(waveform) // n_parts
    return np.stack([np.minimum.reduceat(waveform, starts), np.maximum.reduceat(waveform, starts)], axis=1)


def _window(window: WindowPosteriors) -> InspectedWindow:
    posteriors = _rounded(window.posteriors, 3)
    return InspectedWindow.model_construct(end_seconds=round(window.end_seconds, 3), posteriors=posteriors)


def _rounded(numbers: NDArray[np.float32], n_digits: int) -> Any:
    """Round to nested lists of doubles: the single nearest to 0.12 would be written 0.11999999731779099."""
    return numbers.astype(np.float64).round(n_digits).tolist()
