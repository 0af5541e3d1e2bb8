"""Statuses in, their part of the OpenAPI document out; and the two ways to send a clip, which FastAPI can't infer."""

from typing import Any

from app.errors import PROBLEM_JSON
from app.schemas import Problem
from model.container import READABLE

MEANINGS = {
    400: "Nothing was sent, or not exactly one clip",
    413: "The clip has too many bytes or lasts too long",
    415: f"Not an audio encoding that heed reads, or not sent as audio; it reads {READABLE}",
    422: "Audio that can't be used, or a parameter out of range",
    503: "Not ready, or too busy, at the moment; ask again after the seconds of `Retry-After`",
}

_BYTES = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _BYTES | {"description": READABLE}}}

CLIP_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FORM},
            "audio/*": {"schema": _BYTES},
            "application/octet-stream": {"schema": _BYTES},
        },
    }
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {PROBLEM_JSON: {"schema": Problem.model_json_schema()}}
    return {status: {"description": MEANINGS[status], "content": content} for status in statuses}
