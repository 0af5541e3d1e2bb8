"""Read what a request asks of recordings: its options, and the fields ``file`` of a form or the raw body."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, NamedTuple

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from app.middleware.hang_up import has_hung_up
from app.models import Model
from app.queue import Clip
from app.refusals import BadForm, BodyTooLarge, NoClip, UnsupportedContentType
from app.routers.options import Options, options_of
from app.routers.raw_audio import to_sound_file
from model.channels import Channel

FORM_BYTES = 64 * 1024  # what a form may hold besides the clips: boundaries, headers, other fields
MAX_FILES = 64
MAX_FIELDS = 32  # besides the files
MAX_FIELD_BYTES = 4096
RAW_TYPES = ("application/octet-stream", "audio/", "video/", "application/ogg")  # a browser calls a recording video too

HOW = (
    "send the recording as the field 'file' of a form (curl -F file=@clip.wav URL) or as the body itself with its type "
    "(curl --data-binary @clip.wav -H 'Content-Type: audio/wav' URL)"
)


class Upload(NamedTuple):
    """The sound files of a request, the other fields of its form, and the files' names, which may be empty."""

    files: list[bytes]
    fields: Mapping[str, str | list[str]]
    names: Sequence[str] = ("",)


class ClipRequest(NamedTuple):
    """The model that a request asks, how, about which clips, and the other fields of its form."""

    model: Model
    options: Options
    clips: list[Clip]
    fields: Mapping[str, str | list[str]]

    @property
    def only_clip(self) -> Clip:
        """
        Raises:
            BadForm: there are several.
        """
        if len(self.clips) > 1:
            detail = f"the form has {len(self.clips)} fields 'file', and one clip is answered here; {HOW}"
            raise BadForm(detail)
        return self.clips[0]


async def _clip_request(request: Request) -> ClipRequest:
    state, options = request.app.state, options_of(request)
    model = state.models.named(options.model)
    state.models.refuse_if_full()
    upload = await read_upload(request, max_clip_bytes=state.settings.max_clip_bytes)
    return ClipRequest(model, options, to_clips(request, upload.files, options.channel), upload.fields)


ClipRequestDep = Annotated[ClipRequest, Depends(_clip_request)]


def to_clips(request: Request, files: Sequence[bytes], channel: Channel | None) -> list[Clip]:
    return [Clip(file, partial(has_hung_up, request.receive), channel) for file in files]


async def read_upload(request: Request, *, max_clip_bytes: int, may_lack_files: bool = False) -> Upload:
    """Read the sound files of a request, one or more; a form that may lack files can also have none.

    Raises:
        NoClip, BadForm, BodyTooLarge, UnsupportedContentType: what is wrong with the body.
    """
    content_type = request.headers.get("content-type", RAW_TYPES[0])
    essence = content_type.split(";")[0].strip().lower()
    if essence == "multipart/form-data":
        upload = await _read_form(request, max_clip_bytes, may_lack_files)
    elif essence.startswith(RAW_TYPES):
        upload = Upload([to_sound_file(await request.body(), content_type)], {})
    else:
        raise UnsupportedContentType(f"a body of type {essence} is not read; {HOW}")
    for file in upload.files:
        _check_size(file, max_clip_bytes)
    return upload


def _check_size(file: bytes, max_clip_bytes: int) -> None:
    if not file:
        raise NoClip(f"nothing was sent, or an empty file; {HOW}")
    if len(file) > max_clip_bytes:
        detail = f"the clip has {len(file)} bytes; at most {max_clip_bytes} are read"
        raise BodyTooLarge(detail)


async def _read_form(request: Request, max_clip_bytes: int, may_lack_files: bool) -> Upload:
    limits = {"max_files": MAX_FILES, "max_fields": MAX_FIELDS, "max_part_size": MAX_FIELD_BYTES}
    parser = MultiPartParser(request.headers, request.stream(), **limits)  # part headers: 8 of 4 kB, its own limits
    parser.spool_max_size = max_clip_bytes + FORM_BYTES  # never to disk, which may be full or not writable
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeError) as error:  # a form may name any codec as its charset, even "undefined"
        raise BadForm(f"the form can't be read: {error}; {HOW}") from error
    try:
        files = [] if may_lack_files and "file" not in form else _files(form)
        clips = [to_sound_file(await file.read(), file.content_type) for file in files]
        return Upload(clips, _fields(form), [file.filename or "" for file in files])
    finally:
        await form.close()


def _files(form: FormData) -> list[UploadFile]:
    others = [name for name, value in form.multi_items() if name != "file" and isinstance(value, UploadFile)]
    if "file" not in form:
        detail = "the form has no whole field 'file'"
    elif others:
        detail = f"the field {others[0]!r} is a file, and only the field 'file' may be one"
    elif any(isinstance(value, str) for value in form.getlist("file")):
        detail = "the field 'file' is text, not a file (curl needs the @ in file=@clip.wav)"
    else:
        return [file for file in form.getlist("file") if isinstance(file, UploadFile)]
    raise NoClip(f"{detail}; {HOW}")


def _fields(form: FormData) -> dict[str, str | list[str]]:
    """The text fields by name; those whose names end in ``[]`` as lists."""
    texts = [(name, text) for name, text in form.multi_items() if isinstance(text, str)]
    lists = {name: [text for other, text in texts if other == name] for name, _ in texts if name.endswith("[]")}
    return dict(texts) | lists
