"""The clients and the command `heed` teach the service words, and let it forget them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from heed_client import LookAlike, ServiceError, TaughtWord
from heed_client.command_line import main
from tests.app.serving import serving
from tests.clients.python.both import Asking, both

LAMP = {
    "word": "lamp",
    "source": "both",
    "text": "lamp",
    "recordings": [{"id": "1", "seconds": 0.8, "url": "/words/lamp/recordings/1"}],
    "threshold": 0.7,
    "recall": None,
    "look_alikes": [{"word": "left", "confidence": 0.51}],
    "taught_at": "2026-01-01T12:00:00Z",
}
TAUGHT = TaughtWord(
    word="lamp",
    source="both",
    text="lamp",
    n_recordings=1,
    threshold=0.7,
    recall=None,
    look_alikes=(LookAlike(word="left", confidence=0.51),),
)


class School:
    """A service that learns every word, and keeps in mind what it was sent."""

    def __init__(self) -> None:
        self.lessons: list[tuple[str, list[bytes], dict[str, str]]] = []
        self.forgotten: list[str] = []

    async def teach(self, request: Request) -> Response:
        word = request.path_params["word"]
        if request.headers["content-type"] == "application/json":
            self.lessons.append((word, [], await request.json()))
        else:
            async with request.form() as form:
                files = [await file.read() for file in form.getlist("file") if not isinstance(file, str)]
                spoken = {name: value for name, value in form.items() if isinstance(value, str)}
                self.lessons.append((word, files, spoken))
        return JSONResponse(LAMP, 201)

    async def forget(self, request: Request) -> Response:
        self.forgotten.append(request.path_params["word"])
        return Response(status_code=204)

    async def taught(self, _: Request) -> Response:
        return JSONResponse({"words": [LAMP], "teaching": True, "voices": 6})


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def address(school: School, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    routes = [
        Route("/words", school.taught),
        Route("/words/{word}", school.teach, methods=["PUT"]),
        Route("/words/{word}", school.forget, methods=["DELETE"]),
    ]
    with serving(Starlette(routes=routes)) as server:
        url = f"http://127.0.0.1:{server.config.port}"
        monkeypatch.setenv("HEED_URL", url)
        yield url


@both
def test_a_word_is_taught_with_recordings_and_text(
    client: Asking, school: School, address: str, tmp_path: Path
) -> None:
    take = tmp_path / "take.wav"
    take.write_bytes(b"first")

    taught = client(address).teach("desk lamp", take, b"second", text="desk lamp")

    assert taught == TAUGHT
    assert school.lessons == [("desk lamp", [b"first", b"second"], {"text": "desk lamp"})]


@both
def test_a_word_is_taught_with_text_alone(client: Asking, school: School, address: str) -> None:
    client(address).teach("l\u00e4mp", text="laemp")

    assert school.lessons == [("l\u00e4mp", [], {"text": "laemp"})]


@both
def test_a_text_may_be_of_another_language(client: Asking, school: School, address: str) -> None:
    client(address).teach("fenster", b"first", text="Fenster", language="de")

    assert school.lessons == [("fenster", [b"first"], {"text": "Fenster", "language": "de"})]


@both
def test_taught_words_are_listed_and_forgotten(client: Asking, school: School, address: str) -> None:
    assert client(address).taught() == (TAUGHT,)

    client(address).forget("desk lamp")

    assert school.forgotten == ["desk lamp"]


@both
def test_a_word_that_is_not_there_is_not_forgotten(client: Asking, url: str) -> None:
    with pytest.raises(ServiceError) as error:
        client(url).forget("lamp")

    assert error.value.status == 404


def test_the_command_teaches_from_files(
    school: School, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take = tmp_path / "take.wav"
    take.write_bytes(b"first")

    status = main(["teach", "lamp", str(take), "--text"])

    assert school.lessons == [("lamp", [b"first"], {"text": "lamp"})]
    assert capsys.readouterr().out == "lamp\tlearned from text and 1 recording; may be taken for left 0.51\n"
    assert status == 0


def test_the_command_teaches_what_is_spelled_otherwise(school: School, address: str) -> None:
    main(["teach", "sqlite", "--text", "ess queue light"])

    assert school.lessons == [("sqlite", [], {"text": "ess queue light"})]


def test_the_command_names_the_language_of_a_text(school: School, address: str) -> None:
    main(["teach", "fenster", "--text", "--language", "de"])

    assert school.lessons == [("fenster", [], {"text": "fenster", "language": "de"})]


def test_as_json_the_command_prints_the_word(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["teach", "lamp", "--text", "--json"])

    assert json.loads(capsys.readouterr().out)["look_alikes"] == [{"word": "left", "confidence": 0.51}]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [(["lamp"], 2, "name recordings of it, or --text"), (["lamp", "/nowhere.wav"], 1, "/nowhere.wav: No such file")],
)
def test_the_command_says_what_it_needs(
    arguments: list[str], status: int, message: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["teach", *arguments]) == status
    assert message in capsys.readouterr().err


def test_the_command_forgets(school: School, address: str) -> None:
    status = main(["forget", "lamp", "desk lamp"])

    assert school.forgotten == ["lamp", "desk lamp"]
    assert status == 0
