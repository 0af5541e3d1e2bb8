"""A request may name the model that answers it, on every interface."""

import asyncio
import gc
import json
from typing import Any
from weakref import ref

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.models import Model, Models
from app.queue import Clip
from app.refusals import Busy, UnknownModel
from app.settings import Settings
from app.telemetry.metrics import Metrics
from model.recognizer import SHIPPED, Recognizer
from tests.app.stubs import Hearing, Waiting
from tests.model.taught import always, plain_teacher
from tests.signals import encode, tone

CLIP = encode(tone())


def model_of(recognizer: Recognizer, name: str = "heed-12-gru") -> Model:
    recognizer.name = name
    settings = Settings(max_waiting=2, max_batch=1)
    metrics = Metrics(recognizer.labels, model_name=name, model_path=SHIPPED)
    return Model(recognizer, settings, metrics)


@pytest.fixture
def client() -> TestClient:
    """Serves a model that hears left, which is the default, and one named second that hears go."""
    second = Hearing("go", 0.9)
    second.name = "second"
    return TestClient(create_app(Settings(), Hearing("left", 0.9), second))


@pytest.mark.parametrize(("query", "word"), [("", "left"), ("?model=second", "go"), ("?model=heed-12-gru", "left")])
def test_a_transcription_is_by_the_model_that_is_named(client: TestClient, query: str, word: str) -> None:
    answer = client.post(f"/transcribe{query}", content=CLIP).json()

    assert answer["text"] == word


def test_an_inspection_is_by_the_model_that_is_named(client: TestClient) -> None:
    answer = client.post("/inspect?model=second", content=CLIP).json()

    assert answer["transcription"]["model"] == "second"
    assert answer["transcription"]["text"] == "go"


def test_a_classification_is_by_the_model_that_is_named(client: TestClient) -> None:
    answer = client.post("/audio-classification?model=second", content=CLIP).json()

    assert answer[0]["label"] == "go"


@pytest.mark.parametrize(("name", "word"), [("second", "go"), ("whisper-1", "left"), ("gpt-4o", "left")])
def test_a_client_of_openai_names_a_model_in_its_form(client: TestClient, name: str, word: str) -> None:
    answer = client.post("/v1/audio/transcriptions", files={"file": CLIP}, data={"model": name})

    assert answer.json()["text"] == word


def test_a_client_of_openai_reads_the_names_of_all_models(client: TestClient) -> None:
    listed = client.get("/v1/models").json()["data"]

    assert [model["id"] for model in listed] == ["heed-12-gru", "second"]


@pytest.mark.parametrize(
    ("method", "url"),
    [("POST", "/transcribe"), ("POST", "/inspect"), ("POST", "/audio-classification"), ("GET", "/labels")],
)
def test_an_unknown_model_is_answered_with_the_names_of_those_that_there_are(
    client: TestClient, method: str, url: str
) -> None:
    answer = client.request(method, f"{url}?model=third")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:heed:model-not-found")
    assert answer.json()["detail"] == "there is no model 'third'; this service has heed-12-gru, second"


def test_the_list_of_models_says_which_is_the_default_and_what_each_knows(client: TestClient) -> None:
    first, second = client.get("/models").json()["models"]

    assert (first["name"], first["is_default"], first["file"]) == ("heed-12-gru", True, "heed.onnx")
    assert (second["name"], second["is_default"], second["threshold"]) == ("second", False, 0.5)
    assert (len(second["words"]), len(second["sha256"])) == (10, 64)


@pytest.mark.parametrize(
    ("url", "config"), [("/stream?model=second", {}), ("/stream", {"model": "second"}), ("/", {"model": "second"})]
)
def test_a_stream_is_heard_by_the_model_that_is_named(client: TestClient, url: str, config: dict[str, Any]) -> None:
    with client.websocket_connect(url) as socket:
        socket.send_text(json.dumps({"config": config}))
        socket.send_bytes(bytes([0, 64]) * 48_000)
        first = json.loads(socket.receive_text())

    assert max(first["heed"]["posteriors"], key=first["heed"]["posteriors"].get) == "go"


def test_another_model_brings_its_own_threshold_into_a_stream(client: TestClient) -> None:
    with client.websocket_connect("/stream?threshold=0.9") as socket:
        socket.send_text(json.dumps({"config": {"model": "second"}}))
        socket.send_bytes(bytes(32_000))
        answer = json.loads(socket.receive_text())

    assert answer["heed"]["threshold"] == 0.5


def test_a_model_that_is_removed_answers_what_it_has_begun() -> None:
    recognizer = Waiting()
    models = Models([model_of(Hearing("left", 0.9)), model_of(recognizer, "second")])

    async def scenario() -> str:
        answer = asyncio.create_task(models.named("second").recognize(Clip(CLIP, lambda: False)))
        await asyncio.to_thread(recognizer.is_busy.wait, 2)
        models.remove("second")
        recognizer.go_on.set()
        return (await answer).decision.label

    assert asyncio.run(scenario()) == "go"
    with pytest.raises(UnknownModel):
        models.named("second")


def test_a_model_that_was_replaced_leaves_nothing_behind() -> None:
    models = Models([model_of(Hearing("left", 0.9)), model_of(Hearing("go", 0.9), "second")])
    asyncio.run(models.named("second").recognize(Clip(CLIP, lambda: False)))
    old = ref(models.named("second").queue)

    models.put(model_of(Hearing("up", 0.9), "second"))
    gc.collect()

    assert old() is None


def test_every_model_answers_taught_words_but_those_that_it_knows_itself() -> None:
    models = Models([model_of(Hearing("left", 0.9))])

    models.teach([always("lamp", 0.0), always("go", 0.0)], plain_teacher())
    models.put(model_of(Hearing("go", 0.9), "second"))

    assert [model.commands[-2:] for model in models] == [["go", "lamp"], ["go", "lamp"]]
    assert models.named("second").recognizer_of(("lamp",)).name == "second"


def test_forgotten_words_leave_the_model_as_it_was() -> None:
    model = model_of(Hearing("left", 0.9))
    model.teach([always("lamp", 0.0)], plain_teacher())

    model.teach([], None)

    assert model.recognizer is model.untaught


def test_a_model_named_default_answers_where_none_is_named_until_it_is_removed() -> None:
    models = Models([model_of(Hearing("left", 0.9))])

    models.put(model_of(Hearing("go", 0.9), "default"))
    with_it = models.default.name
    models.remove("default")

    assert (with_it, models.default.name) == ("default", "heed-12-gru")


def test_clips_that_wait_for_one_model_leave_less_room_for_others() -> None:
    recognizer = Waiting()
    models = Models([model_of(Hearing("left", 0.9)), model_of(recognizer, "second")])

    async def scenario() -> None:
        first, *others = (models.named("second").recognize(Clip(CLIP, lambda: False)) for _ in range(3))
        begun = asyncio.create_task(first)
        await asyncio.to_thread(recognizer.is_busy.wait, 2)
        waiting = asyncio.gather(*others)
        await asyncio.sleep(0)  # until they wait
        with pytest.raises(Busy):
            models.refuse_if_full()
        recognizer.go_on.set()
        await asyncio.gather(begun, waiting)

    asyncio.run(scenario())
    models.refuse_if_full()
