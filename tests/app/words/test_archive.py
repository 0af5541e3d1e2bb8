"""Words travel in one zip file; a hostile one is refused with a reason, and nothing of it is kept."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.words.entries import to_wav
from model.audio import fit
from model.recognizer import Recognizer
from tests.app.words.lessons import SEVEN, database, files, recordings_of
from tests.model.taught import example
from tests.signals import encode, noise

SOUND = to_wav(fit(example("seven")))
LISTING = {"format": "heed-words-1", "words": [{"word": "seven", "recordings": [{"id": "1"}]}]}


def archive(listing: Any = LISTING, **sounds: bytes) -> bytes:
    """A zip file with a list, and sounds by the names of their words, each under the id 1."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("words.json", listing if isinstance(listing, str) else json.dumps(listing))
        for word, sound in sounds.items():
            packed.writestr(f"{word}/1.wav", sound)
    return file.getvalue()


def listing(*words: str, **changes: Any) -> Any:
    return LISTING | {"words": [{"word": word, "recordings": [{"id": "1"}]} | changes for word in words]}


def encrypted(content: bytes) -> bytes:
    """Mark all files of an archive as encrypted."""
    marked = bytearray(content)
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = marked.find(signature)
        while start >= 0:
            marked[start + place] |= 1
            start = marked.find(signature, start + 1)
    return bytes(marked)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(database=database(tmp_path_factory.mktemp("words")))
    with TestClient(create_app(settings, Recognizer.load())) as client:
        client.put("/words/number", files=files())
        yield client


def test_exported_words_are_heard_where_they_are_imported(client: TestClient, tmp_path: Path) -> None:
    client.put("/words/eight", files=files("stop", n=2))
    exported = client.get("/words/export")
    client.delete("/words/eight")

    with TestClient(create_app(Settings(database=database(tmp_path)), Recognizer.load())) as other:
        imported = other.post("/words/import", files={"file": ("words.zip", exported.content)})
        heard = other.post("/transcribe", content=SEVEN).json()["text"]
        again = other.get("/words/export").content

    assert (exported.headers["content-type"], imported.status_code, heard) == ("application/zip", 200, "number")
    assert [word["word"] for word in imported.json()["words"]] == ["number", "eight"]
    assert len(ZipFile(io.BytesIO(again)).namelist()) == len(ZipFile(io.BytesIO(exported.content)).namelist()) == 4


def test_an_imported_word_takes_the_place_of_one_of_its_name(client: TestClient) -> None:
    before = client.get("/words/number")

    client.post("/words/import", content=archive(listing("number"), number=SOUND))

    assert recordings_of(client.get("/words/number")) != recordings_of(before)


@pytest.mark.parametrize(
    ("make", "kind", "reason"),
    [
        (lambda: b"", "bad-archive", "can't be read as a zip file"),
        (lambda: SOUND, "bad-archive", "can't be read as a zip file"),
        (lambda: archive(seven=SOUND)[:-40], "bad-archive", "can't be read as a zip file"),
        (lambda: encrypted(archive(seven=SOUND)), "bad-archive", "encrypted"),
        (lambda: archive(seven=SOUND) + 20_001 * b"PK\1\2", "bad-archive", "more than 20001 files"),
        (lambda: archive("no JSON", seven=SOUND), "bad-archive", "words.json in the zip file is wrong"),
        (lambda: archive({"words": []}), "bad-archive", "wrong at words"),
        (lambda: archive(LISTING | {"format": "heed-words-9"}, seven=SOUND), "bad-archive", "wrong at format"),
        (lambda: archive(listing("seven")), "bad-archive", "has no seven/1.wav"),
        (lambda: archive(listing("../../etc/passwd")), "bad-archive", "wrong at words.0.word"),
        (lambda: archive(listing("seven", recordings=[{"id": "../1"}])), "bad-archive", "recordings.0.id"),
        (lambda: archive(listing("seven", "seven"), seven=SOUND), "bad-archive", "'seven' twice"),
        (lambda: archive(listing(*(f"word {n}" for n in range(201)))), "bad-archive", "wrong at words"),
        (lambda: archive(seven=bytes(50 * 2**20)), "bad-archive", "seven/1.wav in the zip file is too large"),
        (lambda: archive(" " * (17 * 2**20)), "bad-archive", "words.json in the zip file is too large"),
        (lambda: archive(seven=b"no sound"), "not-audio", "seven/1.wav: "),
        (lambda: archive(seven=encode(noise())), "no-speech", "seven/1.wav: "),
        (lambda: archive(listing("seven", "left"), seven=SOUND, left=SOUND), "word-taken", "knows the word 'left'"),
    ],
)
def test_a_bad_archive_is_refused_as_a_whole(
    client: TestClient, make: Callable[[], bytes], kind: str, reason: str
) -> None:
    answer = client.post("/words/import", content=make())

    assert answer.json()["type"] == f"urn:heed:{kind}"
    assert reason in answer.json()["detail"]
    assert [word["word"] for word in client.get("/words").json()["words"]] == ["number"]
