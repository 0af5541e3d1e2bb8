"""One table from every error to its status, and its RFC 9457 answer as ``application/problem+json``."""

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from reprlib import repr as shortened
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from app.middleware.security_headers import HEADERS
from app.refusals import (
    BadArchive,
    BadForm,
    BodyTooLarge,
    Busy,
    ForeignOrigin,
    LastRecording,
    MissingKey,
    NoClip,
    NoRecording,
    NotFound,
    NothingToLearn,
    NotReady,
    NotTaught,
    RequestRefused,
    TeachingOff,
    TooManyRecordings,
    TooManyRequests,
    TooManyWords,
    UnknownHost,
    UnknownKey,
    UnknownModel,
    UnsupportedContentType,
    UploadTooSlow,
    WordChanged,
    WordExists,
    WordsUnavailable,
)
from app.schemas import Problem
from model.errors import (
    AudioTooLong,
    AudioTooShort,
    Clipped,
    CutOff,
    EmbeddingMissing,
    HeedError,
    NoSamples,
    NoSpeech,
    NoSuchChannel,
    NotAudio,
    NoVoice,
    SamplesNotFinite,
    SamplesOutOfRange,
    TooQuiet,
    UnknownWord,
    UnreadableAudio,
    UnsupportedEncoding,
    WordTaken,
    WordTooLong,
)

PROBLEM_JSON = "application/problem+json"


class Kind(NamedTuple):
    """The type, status and title of a problem; types of plain HTTP errors are ``about:blank``."""

    type: str
    status: int
    title: str

    @classmethod
    def plain(cls, status: int) -> "Kind":
        return cls("about:blank", status, HTTPStatus(status).phrase)


KINDS: dict[type[HeedError | RequestRefused], Kind] = {
    NotAudio: Kind("urn:heed:not-audio", 415, "Not a sound file"),
    UnsupportedEncoding: Kind("urn:heed:unsupported-encoding", 415, "Encoding not read"),
    UnreadableAudio: Kind("urn:heed:unreadable-audio", 422, "Sound file damaged"),
    NoSamples: Kind("urn:heed:no-samples", 422, "No samples"),
    AudioTooShort: Kind("urn:heed:audio-too-short", 422, "Clip too short"),
    AudioTooLong: Kind("urn:heed:audio-too-long", 413, "Clip too long"),
    SamplesNotFinite: Kind("urn:heed:samples-not-finite", 422, "Samples not finite"),
    SamplesOutOfRange: Kind("urn:heed:samples-out-of-range", 422, "Samples out of range"),
    NoSuchChannel: Kind("urn:heed:no-such-channel", 422, "No such channel"),
    UnknownWord: Kind("urn:heed:unknown-word", 422, "Unknown word"),
    NoSpeech: Kind("urn:heed:no-speech", 422, "No word in the recording"),
    TooQuiet: Kind("urn:heed:too-quiet", 422, "Recording too quiet"),
    CutOff: Kind("urn:heed:cut-off", 422, "Word cut off"),
    Clipped: Kind("urn:heed:clipped", 422, "Recording clipped"),
    WordTooLong: Kind("urn:heed:word-too-long", 422, "Word too long"),
    BadArchive: Kind("urn:heed:bad-archive", 422, "Not an archive of words"),
    NothingToLearn: Kind("urn:heed:nothing-to-learn", 422, "Nothing to learn from"),
    NoVoice: Kind("urn:heed:no-voice", 422, "No voice installed"),
    TooManyRecordings: Kind("urn:heed:too-many-recordings", 422, "Too many recordings"),
    WordTaken: Kind("urn:heed:word-taken", 409, "Word known already"),
    WordExists: Kind("urn:heed:word-exists", 409, "Word taught already"),
    WordChanged: Kind("urn:heed:word-changed", 409, "Word changed meanwhile"),
    LastRecording: Kind("urn:heed:last-recording", 409, "Last recording"),
    TooManyWords: Kind("urn:heed:too-many-words", 409, "Too many words"),
    NotTaught: Kind("urn:heed:not-taught", 404, "Word not taught"),
    NoRecording: Kind("urn:heed:no-recording", 404, "No such recording"),
    TeachingOff: Kind("urn:heed:teaching-off", 403, "Teaching is off"),
    WordsUnavailable: Kind("urn:heed:words-unavailable", 503, "Taught words unavailable"),
    EmbeddingMissing: Kind("urn:heed:embedding-missing", 403, "Speech embedding missing"),
    NoClip: Kind.plain(400),
    BadForm: Kind.plain(400),
    MissingKey: Kind.plain(401),
    UnknownKey: Kind.plain(401),
    ForeignOrigin: Kind.plain(403),
    NotFound: Kind.plain(404),
    UnknownModel: Kind("urn:heed:model-not-found", 404, "Unknown model"),
    UploadTooSlow: Kind.plain(408),
    BodyTooLarge: Kind.plain(413),
    UnsupportedContentType: Kind.plain(415),
    UnknownHost: Kind.plain(421),
    TooManyRequests: Kind.plain(429),
    Busy: Kind.plain(503),
    NotReady: Kind.plain(503),
}
BAD_PARAMETER = Kind("urn:heed:bad-parameter", 422, "Bad parameter")

CHALLENGES: dict[type[HeedError | RequestRefused], str] = {
    MissingKey: 'Bearer realm="heed"',
    UnknownKey: 'Bearer realm="heed", error="invalid_token"',
}


async def refuse(refusal: RequestRefused, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer for middleware, which runs outside Starlette's exception handlers and so cannot raise.

    The reason is left in the scope for the log's line: such refusals come from settings, so operators look for them.
    """
    scope["refusal"] = str(refusal)
    await _answer_of(refusal)(scope, receive, send)


def _answer_of(error: HeedError | RequestRefused) -> JSONResponse:
    headers = {}
    if isinstance(error, RequestRefused) and error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if type(error) in CHALLENGES:
        headers["WWW-Authenticate"] = CHALLENGES[type(error)]
    return _answer(KINDS[type(error)], str(error), headers)


def problem_of(error: HeedError) -> Problem:
    """Describe what is wrong with a clip."""
    kind = KINDS[type(error)]
    return Problem(type=kind.type, title=kind.title, status=kind.status, detail=str(error))


async def _on_error(_: Request, error: HeedError | RequestRefused) -> JSONResponse:
    return _answer_of(error)


async def _on_http_exception(request: Request, error: HTTPException) -> JSONResponse:
    """Answer what only Starlette's router raises, which says no more than a status."""
    detail = f"{request.method} {request.url.path} is not answered here; /docs lists what is"
    return _answer(Kind.plain(error.status_code), detail, error.headers)


async def _on_bad_parameter(_: Request, error: RequestValidationError) -> JSONResponse:
    return _answer(BAD_PARAMETER, "; ".join(_sentence(wrong) for wrong in error.errors()))


def _sentence(wrong: Mapping[str, Any]) -> str:
    name = wrong["loc"][-1] if wrong["loc"] else "the body:"
    return f"{name} {wrong['msg']}, not {shortened(wrong['input'])}"


async def _on_disconnect(_: Request, __: ClientDisconnect) -> JSONResponse:
    """Answer a client that has gone, so that its going leaves no traceback in the log."""
    return _answer(Kind.plain(400), "the request ended before its body did")


async def _on_fault(_: Request, __: Exception) -> JSONResponse:
    """Answer a fault of heed without its text, which is not for clients; Starlette hands the error to the log.

    This answer alone is made outside of all middleware, so it brings their headers itself.
    """
    return _answer(Kind.plain(500), "the fault is heed's, and is in its log", HEADERS)


def _answer(kind: Kind, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    problem = Problem(type=kind.type, title=kind.title, status=kind.status, detail=detail)
    return JSONResponse(problem.model_dump(), kind.status, headers, PROBLEM_JSON)


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    HeedError: _on_error,
    RequestRefused: _on_error,
    HTTPException: _on_http_exception,
    RequestValidationError: _on_bad_parameter,
    ClientDisconnect: _on_disconnect,
    Exception: _on_fault,
}
