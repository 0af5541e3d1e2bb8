"""Every interface lists and answers a word once it is taught, also in streams that are open."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from wyoming.asr import Transcribe
from wyoming.event import Event, Eventable
from wyoming.info import Describe
from wyoming.wake import Detect

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.sound import pcm
from tests.app.streaming.wyoming.talk import Service, answers, said
from tests.app.words.lessons import SEVEN, database, files
from tests.model.taught import example, taught, teacher

WORD = "seven up"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(database=database(tmp_path_factory.mktemp("words")))
    with TestClient(create_app(settings, Recognizer.load(second_opinion="unsure"))) as client:
        client.put(f"/words/{WORD}", files=files())
        yield client


def transcribe(client: TestClient, query: str = "") -> Any:
    return client.post(f"/transcribe{query}", content=SEVEN).json()["text"]


def openai(client: TestClient, **fields: str) -> Any:
    return client.post("/v1/audio/transcriptions", files={"file": SEVEN}, data=fields).json()["text"]


def inspect(client: TestClient) -> Any:
    return client.post("/inspect", content=SEVEN).json()["transcription"]["text"]


def huggingface(client: TestClient) -> Any:
    body = {"inputs": base64.b64encode(SEVEN).decode()}
    return client.post("/audio-classification", json=body).json()[0]["label"]


def stream(client: TestClient, query: str = "", **config: Any) -> Any:
    with client.websocket_connect(f"/stream{query}") as socket:
        socket.send_text(json.dumps({"config": config}))
        return heard_in(socket)


def heard_in(socket: WebSocketTestSession) -> str:
    socket.send_bytes(pcm(example("seven", 0.95)))
    socket.send_text(json.dumps({"reset": 1}))
    heard = [json.loads(socket.receive_text()) for _ in range(2)]
    return " ".join(answer["text"] for answer in heard if answer.get("text"))


@pytest.mark.parametrize(
    "ask",
    [
        transcribe,
        lambda client: transcribe(client, f"?words=left,{WORD}"),
        openai,
        lambda client: openai(client, prompt="Left, seven up."),
        inspect,
        huggingface,
        stream,
        lambda client: stream(client, f"?words=left,{WORD}"),
        lambda client: stream(client, grammar=["seven up left", "[unk]"]),
    ],
)
def test_a_taught_word_is_answered(client: TestClient, ask: Callable[[TestClient], str]) -> None:
    assert ask(client) == WORD


def test_where_other_words_alone_are_asked_for_a_taught_one_is_not_answered(client: TestClient) -> None:
    assert (transcribe(client, "?words=left"), stream(client, grammar=["left"])) == ("", "")


def test_a_taught_word_is_listed_among_the_model_s(client: TestClient) -> None:
    assert client.get("/labels").json()["labels"][-1] == WORD
    assert client.get("/models").json()["models"][0]["words"][-1] == WORD


def test_a_stream_that_is_open_hears_what_is_taught_and_no_more_what_is_forgotten(client: TestClient) -> None:
    with client.websocket_connect("/stream") as socket:
        client.put("/words/number", files=files())
        client.delete(f"/words/{WORD}")
        first = heard_in(socket)
        client.delete("/words/number")
        second = heard_in(socket)
    client.put(f"/words/{WORD}", files=files())

    assert (first, second) == ("number", "")


def test_a_stream_keeps_the_words_that_it_asked_for(client: TestClient) -> None:
    client.put("/words/number", files=files())
    with client.websocket_connect("/stream?words=number") as socket:
        client.delete("/words/number")

        assert heard_in(socket) == "number"


def of_wyoming(*events: Eventable) -> list[Event]:
    service = Service(recognizer=Recognizer.load())
    service.model.teach([taught("seven")], teacher())
    return answers(*events, service=service)


def test_wyoming_lists_a_taught_word() -> None:
    (info,) = of_wyoming(Describe())

    assert info.data["wake"][0]["models"][-1]["name"] == "seven"
    assert info.data["asr"][0]["models"][0]["description"].endswith("seven")


@pytest.mark.parametrize(("order", "key"), [(Transcribe(), "text"), (Detect(["Seven"]), "name"), (Detect(), "name")])
def test_wyoming_answers_a_taught_word(order: Eventable, key: str) -> None:
    (answer,) = of_wyoming(order, *said(SEVEN))

    assert answer.data[key] == "seven"
