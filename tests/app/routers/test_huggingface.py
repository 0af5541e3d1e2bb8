"""Clients of Hugging Face's audio classification get labels and scores, whichever way they send the sound."""

import base64
import json

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.app.stubs import Hearing
from tests.signals import encode, tone

CLIP = encode(tone())
INPUTS = base64.b64encode(CLIP).decode()
URL = "/audio-classification"


@pytest.fixture
def left() -> TestClient:
    return TestClient(create_app(Settings(), Hearing("left", 0.89)))


def test_a_body_of_sound_has_the_five_best_scores(left: TestClient) -> None:
    scores = left.post(URL, content=CLIP, headers={"content-type": "audio/wav"}).json()

    assert len(scores) == 5
    assert scores[0] == {"label": "left", "score": pytest.approx(0.89)}


def test_json_has_base64_and_parameters(left: TestClient) -> None:
    scores = left.post(URL, json={"inputs": INPUTS, "parameters": {"top_k": 2}}).json()

    assert [score["label"] for score in scores] == ["left", "_silence_"]


def test_only_the_words_that_are_asked_for_are_scored(left: TestClient) -> None:
    scores = left.post(f"{URL}?words=on", content=CLIP).json()

    assert {score["label"] for score in scores} == {"_silence_", "_unknown_", "on"}
    assert scores[0]["label"] == "_unknown_"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"{", 422, "Invalid JSON"),
        (b"{}", 422, "inputs Field required"),
        (json.dumps({"inputs": INPUTS, "parameters": {"top_k": 0}}).encode(), 422, "top_k"),
        (b'{"inputs": "?"}', 400, "not Base64"),
        (b'{"inputs": ""}', 400, "inputs is empty"),
        (b'{"inputs": "bm8gc291bmQ="}', 415, "WAV"),
    ],
)
def test_json_that_is_wrong_is_a_problem_that_says_so(left: TestClient, body: bytes, status: int, message: str) -> None:
    answer = left.post(URL, content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert message in answer.json()["detail"]


def test_an_error_says_what_is_wrong_where_their_packages_look_for_it(left: TestClient) -> None:
    problem = left.post(URL, content=b"no sound", headers={"content-type": "audio/wav"}).json()

    assert problem["error"] == problem["detail"]
    assert "no sound file" in problem["error"]
