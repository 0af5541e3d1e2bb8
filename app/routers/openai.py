"""Answer clients of OpenAI's audio API: ``POST /v1/audio/transcriptions`` and ``GET /v1/models``."""

import json
from collections.abc import Sequence
from math import log
from typing import Any, Literal

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field, ValidationError

from app.models import Model, Models
from app.openapi import openai_clip_route, openai_errors
from app.parameters import split_phrase
from app.routers.clip import ClipRequestDep
from app.routers.dependencies import ModelsDep
from app.routers.options import documented
from model.detector import Event
from model.labels import SILENCE
from model.recognizer import Recognition

router = APIRouter(prefix="/v1", tags=["openai"], responses=openai_errors(401, 421, 429))

THEIR_MODELS = ("whisper", "gpt-")  # clients that can't name another model ask for one of these
LEAST = 1e-6  # confidence; its logarithm must be a number


class TranscriptionForm(BaseModel):
    """The fields of OpenAI's form that change an answer; others, such as ``language``, are accepted and ignored."""

    model: str = ""
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt"] = "json"
    prompt: str = ""
    granularities: list[Literal["word", "segment"]] = Field(["segment"], alias="timestamp_granularities[]")
    stream: bool = False


@router.post("/audio/transcriptions", **openai_clip_route(documented("channel", "words")))
async def create_transcription(models: ModelsDep, asked: ClipRequestDep) -> Response:
    """Transcribe a recording for a client of OpenAI.

    A `prompt` that consists of the model's own words restricts the answer to them; every other prompt is ignored.
    """
    form = _read(asked.fields)
    model = _named(form.model, models)
    words = _words_of(form.prompt, model) if asked.options.words is None else asked.options.words
    recognition = await model.recognize(asked.only_clip, words=words)
    if form.stream:
        return Response(_server_sent_events(_text(recognition)), media_type="text/event-stream")
    match form.response_format:
        case "text":
            return PlainTextResponse(f"{_text(recognition)}\n")
        case "srt":
            return PlainTextResponse(_subtitles(recognition, separator=","), media_type="application/x-subrip")
        case "vtt":
            return PlainTextResponse(f"WEBVTT\n\n{_subtitles(recognition, separator='.')}", media_type="text/vtt")
        case "verbose_json":
            return JSONResponse(_verbose(recognition, form.granularities))
    return JSONResponse({"text": _text(recognition), "usage": _usage(recognition)})


@router.get("/models")
async def list_models(models: ModelsDep) -> JSONResponse:
    """List the models of the service, in OpenAI's form."""
    return JSONResponse({"object": "list", "data": [_model(model) for model in models]})


@router.get("/models/{name}", responses=openai_errors(404, 422))
async def retrieve_model(name: str, models: ModelsDep) -> JSONResponse:
    """Describe one model, in OpenAI's form."""
    return JSONResponse(_model(_named(name, models)))


def _read(fields: Any) -> TranscriptionForm:
    try:
        return TranscriptionForm.model_validate(fields)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def _named(name: str, models: Models) -> Model:
    return models.default if name.startswith(THEIR_MODELS) and name not in models else models.named(name)


def _model(model: Model) -> dict[str, Any]:
    return {"id": model.name, "object": "model", "created": 0, "owned_by": "heed"}


def _words_of(prompt: str, model: Model) -> tuple[str, ...] | None:
    commands = frozenset(model.commands)
    words = set(split_phrase(" ".join(word.strip(".") for word in prompt.replace(",", " ").split()), commands))
    return tuple(sorted(words)) if words and words <= commands else None


def _text(recognition: Recognition) -> str:
    return " ".join(event.label for event in recognition.events)


def _usage(recognition: Recognition) -> dict[str, Any]:
    return {"type": "duration", "seconds": round(recognition.duration_seconds, 3)}


def _server_sent_events(text: str) -> str:
    delta = {"type": "transcript.text.delta", "delta": text}
    done = {"type": "transcript.text.done", "text": text}
    return "".join(f"data: {json.dumps(event)}\n\n" for event in (delta, done)) + "data: [DONE]\n\n"


def _verbose(recognition: Recognition, granularities: Sequence[str]) -> dict[str, Any]:
    whole = {
        "task": "transcribe",
        "language": "english",
        "duration": round(recognition.duration_seconds, 3),
        "text": _text(recognition),
        "usage": _usage(recognition),
    }
    words = [
        {"word": event.label, "start": round(event.start_seconds, 3), "end": round(event.end_seconds, 3)}
        for event in recognition.events
    ]
    parts = {"word": {"words": words}, "segment": {"segments": _segments(recognition)}}
    return whole | {name: part for granularity in granularities for name, part in parts[granularity].items()}


def _segments(recognition: Recognition) -> list[dict[str, Any]]:
    """Each command is a segment; of Whisper's numbers those that mean nothing here stand at their neutral value."""
    no_speech = round(dict(recognition.decision.ranking)[SILENCE], 4)
    return [
        {
            "id": number,
            "seek": 0,
            "start": round(event.start_seconds, 3),
            "end": round(event.end_seconds, 3),
            "text": event.label,
            "tokens": [],
            "temperature": 0.0,
            "avg_logprob": round(log(max(event.confidence, LEAST)), 4),
            "compression_ratio": 1.0,
            "no_speech_prob": no_speech,
        }
        for number, event in enumerate(recognition.events)
    ]


def _subtitles(recognition: Recognition, *, separator: str) -> str:
    return "".join(
        f"{number}\n{_span(event, separator)}\n{event.label}\n\n" for number, event in enumerate(recognition.events, 1)
    )


def _span(event: Event, separator: str) -> str:
    return f"{_time(event.start_seconds, separator)} --> {_time(event.end_seconds, separator)}"


def _time(seconds: float, separator: str) -> str:
    milliseconds = round(1000 * seconds)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{separator}{rest % 1000:03}"
