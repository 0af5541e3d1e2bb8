"""Pack taught words into one zip file, and read such a file, which may come from a stranger."""

import io
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, NamedTuple
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import BaseModel, Field, ValidationError

from app.refusals import BadArchive
from app.words.entries import Entry, Source
from app.words.names import WordName
from app.words.store import MAX_WORDS

LISTING = "words.json"
MAX_LISTING_BYTES = 16 * 2**20
MAX_SOUND_BYTES = 2**20  # of a recording: three seconds of two channels at 48 kHz take half of it
MAX_BYTES = 128 * 2**20  # of all recordings, unpacked
MAX_TAKES = 100  # of a word, those of voices among them
MAX_FILES = MAX_WORDS * MAX_TAKES + 1
ENTRY = b"PK\1\2"  # begins what a zip file's directory says of one file


class PackedRecording(BaseModel):
    id: Annotated[str, Field(pattern=re.compile(r"^[0-9a-f]{1,32}$"))]
    source: Source = "recording"


class PackedWord(BaseModel):
    word: WordName
    text: Annotated[str, Field(max_length=200)] | None = None
    recordings: Annotated[list[PackedRecording], Field(min_length=1, max_length=MAX_TAKES)]


class Listing(BaseModel):
    """The content of ``words.json``; each recording is in ``WORD/ID.wav``."""

    format: Literal["heed-words-1"] = "heed-words-1"
    words: Annotated[list[PackedWord], Field(min_length=1, max_length=MAX_WORDS)]


class Unpacked(NamedTuple):
    """A word of an archive, and its sound files with their sources, by their names in it."""

    word: str
    text: str | None
    sounds: Mapping[str, tuple[Source, bytes]]


def pack(entries: Iterable[Entry], sounds: Mapping[str, bytes]) -> bytes:
    """Pack words with their recordings.

    Args:
        sounds: the recordings, each as a WAV, by their ids.
    """
    words = [_packed(entry) for entry in entries]
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(LISTING, Listing.model_construct(words=words).model_dump_json(indent=1))
        for word in words:
            for recording in word.recordings:
                archive.writestr(_name(word.word, recording.id), sounds[recording.id])
    return file.getvalue()


def _packed(entry: Entry) -> PackedWord:
    recordings = [PackedRecording(id=recording.id, source=recording.source) for recording in entry.recordings]
    return PackedWord.model_construct(word=entry.word, text=entry.text, recordings=recordings)


def unpack(content: bytes) -> list[Unpacked]:
    """Read words and their recordings; nothing is written, and no more is unpacked than the limits allow.

    Raises:
        BadArchive: it is no zip file, is damaged or too large, or lacks something that its list names.
    """
    if content.count(ENTRY) > MAX_FILES:
        raise BadArchive(f"the zip file holds more than {MAX_FILES} files; send what GET /words/export gave")
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            return _unpack(archive)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadArchive(f"the file can't be read as a zip file: {error}; send what GET /words/export gave") from error


def _unpack(archive: ZipFile) -> list[Unpacked]:
    room, unpacked = MAX_BYTES, []
    for word in _listing(archive).words:
        names = {_name(word.word, recording.id): recording.source for recording in word.recordings}
        sounds = {name: (source, _read(archive, name, min(room, MAX_SOUND_BYTES))) for name, source in names.items()}
        room -= sum(len(sound) for _, sound in sounds.values())
        unpacked.append(Unpacked(word.word, word.text, sounds))
    return unpacked


def _listing(archive: ZipFile) -> Listing:
    try:
        listing = Listing.model_validate_json(_read(archive, LISTING, MAX_LISTING_BYTES))
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise BadArchive(f"{LISTING} in the zip file is wrong at {place or 'its beginning'}: {wrong['msg']}") from error
    words = [word.word for word in listing.words]
    if twice := [word for place, word in enumerate(words) if word in words[:place]]:
        raise BadArchive(f"{LISTING} in the zip file has the word {twice[0]!r} twice")
    return listing


def _read(archive: ZipFile, name: str, max_bytes: int) -> bytes:
    """Unpack one file; a size that the archive states may be false."""
    try:
        with archive.open(name) as file:
            content = file.read(max_bytes + 1)
    except KeyError as error:
        raise BadArchive(f"the zip file has no {name}") from error
    if len(content) > max_bytes:
        raise BadArchive(f"{name} in the zip file is too large; {max_bytes} bytes are left for it")
    return content


def _name(word: str, number: str) -> str:
    return f"{word}/{number}.wav"
