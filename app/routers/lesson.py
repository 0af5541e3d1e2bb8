"""Read the body of a request about words: recordings and a text that teach one, its new name, or an archive of many."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, NamedTuple, TypeVar

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request

from app.middleware.hang_up import has_hung_up
from app.parameters import must_be
from app.queue import Clip
from app.refusals import BadForm
from app.routers.clip import Upload, read_upload
from app.routers.dependencies import ModelsDep, SettingsDep
from app.words.lessons import Take, Text, errors_naming
from app.words.names import WordName
from model.voices import ENGLISH

T = TypeVar("T")

LANGUAGE = r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$"  # and no name of a file, which eSpeak NG would open
MAX_NAME = 60  # letters of a file's name that an error repeats


class SpokenText(BaseModel):
    """A text that voices speak, from which the word is learned."""

    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    language: Annotated[str, Field(pattern=LANGUAGE), must_be("a language such as en, de or cmn")] = ENGLISH

    @property
    def to_speak(self) -> Text | None:
        return Text(self.text, self.language) if self.text else None


class NewName(BaseModel):
    """The name that a word is to have."""

    word: WordName = Field(examples=["desk lamp"])


class Lesson(NamedTuple):
    """The sound files that teach a word, and the text that voices are to speak."""

    takes: list[Take]
    text: Text | None


async def _lesson(request: Request, models: ModelsDep, settings: SettingsDep) -> Lesson:
    models.refuse_if_full()
    if request.headers.get("content-type", "").startswith("application/json"):
        body = await request.body()
        return Lesson([], _checked(lambda: SpokenText.model_validate_json(body)).to_speak)
    upload = await read_upload(request, max_clip_bytes=settings.max_clip_bytes, may_lack_files=True)
    text = _checked(
        lambda: SpokenText.model_validate({name: value for name, value in upload.fields.items() if value})
    ).to_speak
    decode = models.default.decoding.decode
    takes = []
    for take in _takes(upload):
        with errors_naming(take.name):
            clip = await decode(Clip(take.content, partial(has_hung_up, request.receive)))
        takes.append(take._replace(content=clip.content))
    return Lesson(takes, text)


LessonDep = Annotated[Lesson, Depends(_lesson)]


def _takes(upload: Upload) -> list[Take]:
    if len(upload.files) == 1:
        return [Take("", upload.files[0])]
    return [
        Take(f"recording {number} ({name[:MAX_NAME]})" if name else f"recording {number}", content)
        for number, (name, content) in enumerate(zip(upload.names, upload.files, strict=True), 1)
    ]


async def _archive(request: Request, settings: SettingsDep) -> bytes:
    """Read a zip file, as the field ``file`` of a form or as the body."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return await request.body()
    upload = await read_upload(request, max_clip_bytes=settings.max_clip_bytes)
    if len(upload.files) > 1:
        raise BadForm(f"the form has {len(upload.files)} fields 'file', and one zip file is read here")
    return upload.files[0]


ArchiveDep = Annotated[bytes, Depends(_archive)]


async def _new_name(request: Request) -> str:
    body = await request.body()
    return _checked(lambda: NewName.model_validate_json(body)).word


NewNameDep = Annotated[str, Depends(_new_name)]


def _checked(read: Callable[[], T]) -> T:
    """Refuse a body like a parameter; FastAPI's own reading answers 400 where it is no text at all."""
    try:
        return read()
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
