"""Answer clients of Hugging Face's audio classification: ``POST /audio-classification``."""

import base64
import binascii

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError

from app.openapi import json_clip_route, problems
from app.refusals import NoClip
from app.routers.clip import ClipRequest, Upload, read_upload, to_clips
from app.routers.dependencies import ModelsDep, SettingsDep
from app.routers.options import documented, options_of
from app.schemas import Score

router = APIRouter(tags=["huggingface"], responses=problems(401, 429))

N_SCORES = 5  # as in Hugging Face's own pipelines


class Parameters(BaseModel):
    """The parameters of a request; ``function_to_apply`` changes nothing, since scores are probabilities already."""

    top_k: int = Field(default=N_SCORES, ge=1)


class Inputs(BaseModel):
    """A sound file in Base64, and parameters."""

    inputs: str
    parameters: Parameters = Parameters()


@router.post("/audio-classification", **json_clip_route(documented("model", "channel", "words")))
async def classify_audio(request: Request, models: ModelsDep, settings: SettingsDep) -> list[Score]:
    """List the likeliest labels of a recording, as the body itself or in Base64 in JSON."""
    options = options_of(request)
    model = models.named(options.model)
    models.refuse_if_full()
    if request.headers.get("content-type", "").startswith("application/json"):
        inputs = _read(await request.body())
        upload, top_k = Upload([_decoded(inputs.inputs)], {}), inputs.parameters.top_k
    else:
        upload = await read_upload(request, max_clip_bytes=settings.max_clip_bytes)
        top_k = N_SCORES
    asked = ClipRequest(model, options, to_clips(request, upload.files, options.channel), upload.fields)
    recognition = await model.recognize(asked.only_clip, words=options.words)
    return [Score(label=label, score=score) for label, score in recognition.decision.ranking[:top_k]]


def _read(body: bytes) -> Inputs:
    try:
        return Inputs.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def _decoded(text: str) -> bytes:
    try:
        clip = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoClip("inputs is not Base64; send the sound file as the body itself, or its Base64") from error
    if not clip:
        raise NoClip("inputs is empty; send the sound file as the body itself, or its Base64")
    return clip
