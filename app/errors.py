"""Whatever went wrong in, an RFC 9457 ``application/problem+json`` answer out."""

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.middleware.security_headers import HEADERS
from app.schemas import Problem
from model.errors import (
    AudioError,
    AudioTooLong,
    AudioTooShort,
    NoSamples,
    NotAudio,
    SamplesNotFinite,
    UnknownWord,
    UnreadableAudio,
    UnsupportedEncoding,
)

PROBLEM_JSON = "application/problem+json"


class Kind(NamedTuple):
    type: str
    status: int
    title: str


KINDS: dict[type[AudioError], Kind] = {
    NotAudio: Kind("urn:heed:not-audio", 415, "Not a sound file"),
    UnsupportedEncoding: Kind("urn:heed:unsupported-encoding", 415, "Encoding not read"),
    UnreadableAudio: Kind("urn:heed:unreadable-audio", 422, "Sound file damaged"),
    NoSamples: Kind("urn:heed:no-samples", 422, "No samples"),
    AudioTooShort: Kind("urn:heed:audio-too-short", 422, "Clip too short"),
    AudioTooLong: Kind("urn:heed:audio-too-long", 413, "Clip too long"),
    SamplesNotFinite: Kind("urn:heed:samples-not-finite", 422, "Samples not finite"),
}


async def _on_audio_error(_: Request, error: AudioError) -> JSONResponse:
    return _answer(KINDS[type(error)], str(error))


async def _on_http_exception(request: Request, error: HTTPException) -> JSONResponse:
    phrase, detail = HTTPStatus(error.status_code).phrase, error.detail
    if detail == phrase:  # raised by the router, which says no more than that
        detail = f"{request.method} {request.url.path} is not answered here; /docs lists what is"
    return problem(HTTPException(error.status_code, detail, error.headers))


async def _on_bad_parameter(_: Request, error: RequestValidationError) -> JSONResponse:
    detail = "; ".join(f"{wrong['loc'][-1]} {wrong['msg']}, not {wrong['input']!r}" for wrong in error.errors())
    return _answer(Kind("urn:heed:bad-parameter", 422, "Bad parameter"), detail)


async def _on_unknown_word(_: Request, error: UnknownWord) -> JSONResponse:
    return _answer(Kind("urn:heed:unknown-word", 422, "Unknown word"), str(error))


async def _on_disconnect(_: Request, __: ClientDisconnect) -> JSONResponse:
    """Nobody reads this; without it a client who hangs up would leave a traceback in the log."""
    return _answer(Kind("about:blank", 400, "Bad Request"), "the request ended before its body did")


async def _on_fault(_: Request, __: Exception) -> JSONResponse:
    """The error itself is raised on by Starlette and logged by the server; its text is not for clients.

    This answer alone is made outside of all middleware, so it brings their headers itself.
    """
    return _answer(Kind("about:blank", 500, "Internal Server Error"), "the fault is heed's, and is in its log", HEADERS)


def problem_of(error: AudioError) -> Problem:
    """Describe what is wrong with a clip."""
    kind = KINDS[type(error)]
    return Problem(type=kind.type, title=kind.title, status=kind.status, detail=str(error))


def problem(error: HTTPException) -> JSONResponse:
    """Also for who stands before the routes, where nothing that is raised would be answered."""
    kind = Kind("about:blank", error.status_code, HTTPStatus(error.status_code).phrase)
    return _answer(kind, error.detail, error.headers)


def _answer(kind: Kind, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    problem = Problem(type=kind.type, title=kind.title, status=kind.status, detail=detail)
    return JSONResponse(problem.model_dump(), kind.status, headers, PROBLEM_JSON)


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    AudioError: _on_audio_error,
    HTTPException: _on_http_exception,
    RequestValidationError: _on_bad_parameter,
    ClientDisconnect: _on_disconnect,
    UnknownWord: _on_unknown_word,
    Exception: _on_fault,
}
