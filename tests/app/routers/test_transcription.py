"""Every route answers what it says it does."""

import time

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.sound import bursts
from tests.app.stubs import Broken, Ears, Hearing
from tests.labels import LABELS
from tests.signals import encode, noise, tone

CLIP = encode(tone())


def answer_when_ready(client: TestClient, path: str) -> int:
    """Status of a health route, asked for until it is 200, for ten seconds at most."""
    end = time.monotonic() + 10
    while (status := client.get(path).status_code) != 200 and time.monotonic() < end:
        time.sleep(0.01)
    return status


def test_an_accepted_command_is_the_text() -> None:
    client = TestClient(create_app(Settings(), Hearing("left", 0.89)))

    answer = client.post("/transcribe", files={"file": CLIP}, params={"top_k": 2}).json()

    assert answer.pop("elapsed_ms") > 0
    assert answer.pop("alternatives")[0] == {"label": "left", "confidence": 0.89}
    assert answer.pop("events") == [{"label": "left", "confidence": 0.89, "start_seconds": 0.0, "end_seconds": 1.0}]
    expected = {"text": "left", "label": "left", "confidence": 0.89, "accepted": True, "reason": None}
    assert answer == expected | {"duration_seconds": 1.0, "model": "heed-12-gru"}


def test_the_text_of_a_longer_clip_is_its_commands_in_their_order() -> None:
    client = TestClient(create_app(Settings(), Recognizer(Ears())))

    answer = client.post("/transcribe", content=encode(bursts(1.0, 0.8, 2.0, 0.8, 1.0))).json()

    assert (answer["text"], answer["accepted"], answer["reason"]) == ("go go", True, None)
    first, second = answer["events"]
    assert first["end_seconds"] < 3 < second["start_seconds"] < second["end_seconds"] < 5


def test_a_longer_clip_without_a_command_has_no_text_and_no_events() -> None:
    client = TestClient(create_app(Settings(), Recognizer(Ears())))

    answer = client.post("/transcribe", content=encode(0.01 * noise(30_000))).json()

    assert (answer["text"], answer["events"], answer["accepted"], answer["reason"]) == ("", [], False, "silence")


@pytest.mark.parametrize(
    ("label", "confidence", "reason"),
    [("_silence_", 0.9, "silence"), ("_unknown_", 0.9, "unknown"), ("go", 0.4, "low_confidence")],
)
def test_what_is_not_accepted_has_no_text_but_a_reason(label: str, confidence: float, reason: str) -> None:
    client = TestClient(create_app(Settings(), Hearing(label, confidence)))

    answer = client.post("/transcribe", files={"file": CLIP})

    assert answer.status_code == 200
    assert (answer.json()["text"], answer.json()["label"]) == ("", label)
    assert (answer.json()["accepted"], answer.json()["reason"], answer.json()["events"]) == (False, reason, [])


def test_the_threshold_of_a_request_beats_the_setting_which_beats_the_checkpoint() -> None:
    recognizer = Hearing("go", 0.6)  # the checkpoint's threshold is 0.5
    plain = TestClient(create_app(Settings(), recognizer))
    strict = TestClient(create_app(Settings(threshold=0.7), recognizer))

    answers = [
        plain.post("/transcribe", files={"file": CLIP}),
        strict.post("/transcribe", files={"file": CLIP}),
        strict.post("/transcribe?threshold=0.6", files={"file": CLIP}),
    ]

    assert [answer.json()["accepted"] for answer in answers] == [True, False, True]


def test_only_the_words_that_are_asked_for_are_answered() -> None:
    client = TestClient(create_app(Settings(), Hearing("left", 0.89)))

    only = client.post("/transcribe?words=right,left", files={"file": CLIP}).json()
    others = client.post("/transcribe?words=on, off", files={"file": CLIP}).json()

    assert (only["text"], only["alternatives"][0]["label"]) == ("left", "left")
    assert (others["text"], others["label"], others["reason"]) == ("", "_unknown_", "unknown")
    assert others["confidence"] > 0.89


def test_a_word_that_the_model_does_not_know_is_422_with_those_it_does(client: TestClient) -> None:
    answer = client.post("/transcribe?words=on,lamp", files={"file": CLIP})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:heed:unknown-word")
    assert "there is no word 'lamp'; heed-12-gru knows yes, no" in answer.json()["detail"]


@pytest.mark.parametrize(("query", "n_alternatives"), [("", 3), ("?top_k=1", 1), ("?top_k=12&colour=red", 12)])
def test_top_k_is_the_number_of_alternatives(client: TestClient, query: str, n_alternatives: int) -> None:
    answer = client.post("/transcribe" + query, files={"file": CLIP}).json()

    confidences = [alternative["confidence"] for alternative in answer["alternatives"]]
    assert len(confidences) == n_alternatives
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[0] == answer["confidence"]


@pytest.mark.parametrize(
    ("container", "subtype"), [("WAV", "ULAW"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None)]
)
def test_every_container_is_heard(client: TestClient, container: str, subtype: str | None) -> None:
    clip = encode(noise(8_000), container=container, subtype=subtype)

    answer = client.post("/transcribe", content=clip)

    assert answer.status_code == 200
    assert answer.json()["duration_seconds"] == pytest.approx(0.5, abs=0.1)


def test_labels_are_those_of_the_checkpoint(client: TestClient) -> None:
    answer = client.get("/labels").json()

    assert answer == {"model": "heed-12-gru", "labels": list(LABELS), "threshold": 0.5}


def test_the_service_is_alive_before_it_is_ready(recognizer: Recognizer) -> None:
    client = TestClient(create_app(Settings(), recognizer))  # not entered: it never started up

    statuses = [client.get(path).status_code for path in ("/livez", "/readyz", "/healthz")]

    assert statuses == [200, 503, 503]


def test_not_ready_is_a_problem_that_says_so(recognizer: Recognizer) -> None:
    client = TestClient(create_app(Settings(), recognizer))

    answer = client.get("/readyz")

    assert answer.headers["content-type"] == "application/problem+json"
    assert "warming up" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("path", ["/readyz", "/healthz"])
def test_the_service_is_ready_after_its_warm_up(client: TestClient, path: str) -> None:
    status = answer_when_ready(client, path)

    assert status == 200


def test_a_service_that_cannot_warm_up_is_alive_and_never_ready() -> None:
    with TestClient(create_app(Settings(), Broken())) as client:
        time.sleep(0.1)
        statuses = [client.get(path).status_code for path in ("/livez", "/readyz")]

    assert statuses == [200, 503]


def test_the_root_is_a_page(client: TestClient) -> None:
    answer = client.get("/")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
