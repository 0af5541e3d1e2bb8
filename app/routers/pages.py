"""Serve the web page: ``/``, and ``/docs``, where it begins with the API; ``/page/...`` are its parts."""

import hashlib
import json
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from app.refusals import NotFound

PAGE = Path(__file__).parent.parent / "page"
EXAMPLES = Path(__file__).parent.parent.parent / "examples"  # an image may come without examples

MEDIA_TYPES = {  # the machine's own table may lack them
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".wav": "audio/wav",
}
HEADERS = {
    "Cache-Control": "no-cache",  # browsers keep a copy but ask each time, so a new version shows at once
    "Content-Security-Policy": (
        "default-src 'self'; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}


class Part(NamedTuple):
    content: bytes
    media_type: str
    etag: str


def page_routes() -> APIRouter:
    """Read every file once, here, so that a request touches no disk and reaches no other file."""
    router, parts = APIRouter(), _parts()

    async def part(name: str, request: Request) -> Response:
        if name not in parts:
            raise NotFound(f"the page has no part {name!r}; it begins at /")
        return _answer(parts[name], request)

    async def page(request: Request) -> Response:
        return _answer(parts["index.html"], request)

    for path, answer in (("/", page), ("/docs", page), ("/page/{name}", part)):
        router.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)
    return router


def _parts() -> dict[str, Part]:
    """Read the page's files and the examples, and list the examples, each under its name below ``/page/``."""
    examples = sorted(EXAMPLES.glob("*.wav"))
    contents = {file.name: file.read_bytes() for file in (*PAGE.iterdir(), *examples) if file.suffix in MEDIA_TYPES}
    contents["examples.json"] = json.dumps([file.name for file in examples]).encode()
    return {name: _part(name, content) for name, content in contents.items()}


def _part(name: str, content: bytes) -> Part:
    return Part(content, MEDIA_TYPES[Path(name).suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _answer(part: Part, request: Request) -> Response:
    headers = HEADERS | {"ETag": part.etag}
    if part.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(part.content, headers=headers, media_type=part.media_type)
