"""Complete the OpenAPI document with what FastAPI can't infer: problems, keys, how to send a clip or a stream."""

from collections.abc import Iterable
from typing import Any

from app.errors import PROBLEM_JSON
from app.middleware.access import is_open
from app.parameters import N_ALTERNATIVES
from model.containers import READABLE

DESCRIPTION = """Hears which command words a recording or a live stream holds.

**Live: `WS /stream`**, in the protocol of vosk-server. Send `{"config": {"sample_rate": 8000}}` as text unless the rate
is 16000 (8000 to 96000), then sound as binary messages of any length (16-bit mono, little-endian), then `{"eof": 1}`.
Each binary message has one answer: `{"partial": ""}` or, if commands were heard in it,
`{"result": [{"word": "left", "conf": 0.99, "start": 1.2, "end": 1.7}], "text": "left"}`; `eof` has a last `result`, and
then the stream is closed. `heed` in every answer says how many `seconds` were heard, how loud the newest were
(`level_db`), the `posteriors` of the last second and the `threshold`, which `{"config": {"threshold": 0.7}}` sets at
any time. Where something is wrong, `{"error": "..."}` says what, and the close that follows says it too.
"""

MEANINGS = {
    400: "Nothing was sent, or not exactly one clip",
    401: "No API key, or a wrong one, where the service asks for one",
    403: "Sent by a page of another site that may not use this service, or teaching is off",
    404: "There is nothing of this name",
    408: "The body did not arrive in time",
    409: "Another word has this name, or there is no room for it, or it has changed meanwhile",
    413: "The clip has too many bytes or lasts too long",
    415: f"Not an audio encoding that heed reads, or not sent as audio; it reads {READABLE}",
    421: "For a host name that is not listed in `HEED_HOSTS`",
    422: "Audio that can't be used, or a parameter out of range",
    429: "More requests, or more at once, than a client may send; ask again after the seconds of `Retry-After`",
    503: "Not ready, or too busy, at the moment; ask again after the seconds of `Retry-After`",
}

_SECONDS = {"description": "after how many seconds to ask again", "required": True, "schema": {"type": "integer"}}
HEADERS = {status: {"Retry-After": _SECONDS} for status in (429, 503)}

# generators of clients know no "audio/*"
RAW = (
    "A raw body may have any type of `audio/` or `video/` as well. Samples without a header have "
    "`audio/L16;rate=16000;channels=1`, or `audio/basic`."
)

_BYTES = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _BYTES | {"description": READABLE}}}

CLIP_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": RAW,
        "content": {
            "multipart/form-data": {"schema": _FORM},
            "application/octet-stream": {"schema": _BYTES},
        },
    }
}


Responses = dict[int | str, dict[str, Any]]


def binary(media_type: str) -> dict[str, Any]:
    """Describe an answer that is a file; generators of clients know it by the second name."""
    return {name: {"schema": _BYTES} for name in (media_type, "application/octet-stream")}


def problems(*statuses: int) -> Responses:
    return _errors(statuses, {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}})


def openai_errors(*statuses: int) -> Responses:
    """Describe errors in OpenAI's form, into which they are put under ``/v1``."""
    return _errors(statuses, {"application/json": {"schema": {"$ref": "#/components/schemas/OpenAIError"}}})


def _errors(statuses: Iterable[int], content: dict[str, Any]) -> Responses:
    return {
        status: {"description": MEANINGS[status], "content": content, "headers": HEADERS.get(status, {})}
        for status in statuses
    }


_OPTIONAL = {"type": ["string", "null"]}
_DETAILS = {"message": {"type": "string"}, "type": {"type": "string"}, "param": _OPTIONAL, "code": _OPTIONAL}
_OPENAI_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "object", "required": list(_DETAILS), "properties": _DETAILS}},
}
_OPENAI_TYPES = ("text/plain", "application/x-subrip", "text/vtt", "text/event-stream")  # by response_format and stream

_BASE64 = {"type": "object", "required": ["inputs"], "properties": {"inputs": {"type": "string", "format": "byte"}}}
_CLIP_STATUSES = (400, 403, 408, 413, 415, 422, 503)

_JSON_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": RAW,
        "content": {
            "application/octet-stream": {"schema": _BYTES},
            "application/json": {"schema": _BASE64},
        },
    }
}

Parameters = list[dict[str, Any]]


def model_route(parameters: Parameters) -> dict[str, Any]:
    return {"openapi_extra": {"parameters": parameters}, "responses": problems(404)}


def clip_route(parameters: Parameters) -> dict[str, Any]:
    return _clip_route(parameters, CLIP_BODY, problems(*_CLIP_STATUSES, 404))


def json_clip_route(parameters: Parameters) -> dict[str, Any]:
    """Describe a route that takes a recording in Base64 too."""
    return _clip_route(parameters, _JSON_BODY, problems(*_CLIP_STATUSES, 404))


def openai_clip_route(parameters: Parameters) -> dict[str, Any]:
    texts: Responses = {200: {"content": {name: {"schema": {"type": "string"}} for name in _OPENAI_TYPES}}}
    return _clip_route(parameters, CLIP_BODY, texts | openai_errors(*_CLIP_STATUSES, 404))


def _clip_route(parameters: Parameters, body: dict[str, Any], responses: Responses) -> dict[str, Any]:
    return {"openapi_extra": body | {"parameters": parameters}, "responses": responses}


_TAKES = {"type": "array", "items": _BYTES | {"description": READABLE}, "maxItems": 50}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["lamp"], "description": "spoken by voices"}


def _lesson(content: dict[str, Any], *statuses: int) -> dict[str, Any]:
    """Describe how a word is taught: by a form, by one recording as the body, or otherwise."""
    body = {"required": True, "description": RAW, "content": content | {"application/octet-stream": {"schema": _BYTES}}}
    return {"openapi_extra": {"requestBody": body}, "responses": problems(*_CLIP_STATUSES, 409, *statuses)}


def _form_of(**properties: Any) -> dict[str, Any]:
    return {"multipart/form-data": {"schema": {"type": "object", "properties": properties}}}


_SPOKEN = {"text": _TEXT, "language": {"type": "string", "default": "en", "examples": ["en", "de", "cmn"]}}
_TEXT_IN_JSON = {"application/json": {"schema": {"type": "object", "properties": _SPOKEN}}}

_NAME = {"type": "object", "required": ["word"], "properties": {"word": {"type": "string", "examples": ["desk lamp"]}}}

RENAME_ROUTE: dict[str, Any] = {
    "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": _NAME}}}},
    "responses": problems(403, 404, 408, 409, 413, 422),
}
_ARCHIVE = {"application/octet-stream": {"schema": _BYTES}}
IMPORT_ROUTE: dict[str, Any] = {
    "openapi_extra": {"requestBody": {"required": True, "content": _form_of(file=_BYTES) | _ARCHIVE}},
    "responses": problems(*_CLIP_STATUSES, 409),
}
TAKES_ROUTE = _lesson(_form_of(file=_TAKES), 404)
TEACH_ROUTE = _lesson(_form_of(file=_TAKES, **_SPOKEN) | _TEXT_IN_JSON)
TEACH_ROUTE["responses"][201] = {"description": "The word is new"}


def document_openai_errors(document: dict[str, Any]) -> None:
    """Describe OpenAI's form of an error once, so that generators make one type of it."""
    document["components"]["schemas"]["OpenAIError"] = _OPENAI_ERROR


def document_model(document: dict[str, Any], *, n_labels: int, threshold: float) -> None:
    """Say in an OpenAPI document which numbers the served model takes, and which it uses by default."""
    schemas = {
        "top_k": {"type": "integer", "minimum": 1, "maximum": n_labels, "default": min(N_ALTERNATIVES, n_labels)},
        "threshold": {"type": "number", "minimum": 0, "maximum": 1, "default": threshold},
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = schemas.get(parameter["name"], parameter["schema"])


def document_keys(document: dict[str, Any], *, required: bool) -> None:
    """Say in an OpenAPI document how a key is sent, and which operations ask for one."""
    description = "asked for where the service has a file of keys"
    scheme = {"type": "http", "scheme": "bearer", "description": description}
    document["components"]["securitySchemes"] = {"key": scheme}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["security"] = [{"key": []}] if required and not is_open(path) else []
