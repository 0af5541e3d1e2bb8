"""Read the one clip that a request carries: the field ``file`` of a form, or the raw body."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from app.middleware.hang_up import has_hung_up
from app.queue import Clip

FORM_BYTES = 64 * 1024  # what a form may hold besides the clip: boundaries, headers, other fields
MAX_FIELDS = 16  # besides the file
MAX_FIELD_BYTES = 4096

HOW = (
    "send the recording as the field 'file' of a form (curl -F file=@clip.wav URL) or as the body itself with its type "
    "(curl --data-binary @clip.wav -H 'Content-Type: audio/wav' URL)"
)


async def read_clip(request: Request, *, max_clip_bytes: int) -> bytes:
    """Read the clip of a request.

    Raises:
        HTTPException: 400 if there is not exactly one clip, 413 if it is too large, 415 if it is sent as another type.
    """
    content_type = request.headers.get("content-type", "application/octet-stream").split(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        clip = await _form_file(request, max_clip_bytes)
    elif content_type == "application/octet-stream" or content_type.startswith("audio/"):
        clip = await request.body()
    else:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"a body of type {content_type} is not read; {HOW}")
    if not clip:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"nothing was sent, or an empty file; {HOW}")
    if len(clip) > max_clip_bytes:
        detail = f"the clip has {len(clip)} bytes; at most {max_clip_bytes} are read"
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    return clip


async def _clip(request: Request) -> Clip:
    request.app.state.models.default.queue.refuse_if_full()
    content = await read_clip(request, max_clip_bytes=request.app.state.settings.max_clip_bytes)
    return Clip(content, partial(has_hung_up, request.receive))


ClipDep = Annotated[Clip, Depends(_clip)]


async def _form_file(request: Request, max_clip_bytes: int) -> bytes:
    limits = {"max_files": 1, "max_fields": MAX_FIELDS, "max_part_size": MAX_FIELD_BYTES}
    parser = MultiPartParser(request.headers, request.stream(), **limits)  # part headers: 8 of 4 kB, its own limits
    parser.spool_max_size = max_clip_bytes + FORM_BYTES  # never to disk, which may be full or not writable
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeError) as error:  # a form may name any codec as its charset, even "undefined"
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"the form can't be read: {error}; {HOW}") from error
    try:
        return await _only_file(form).read()
    finally:
        await form.close()


def _only_file(form: FormData) -> UploadFile:
    match form.getlist("file"):
        case [UploadFile() as file]:
            return file
        case []:
            detail = "the form has no whole field 'file'"
        case [str()]:
            detail = "the field 'file' is text, not a file (curl needs the @ in file=@clip.wav)"
        case fields:
            detail = f"the form has {len(fields)} fields 'file'; one clip is heard at a time"
    raise HTTPException(HTTPStatus.BAD_REQUEST, f"{detail}; {HOW}")
