"""Clients of OpenAI's audio API are answered in its forms, errors included."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.sound import bursts
from tests.app.stubs import Ears, Hearing
from tests.signals import encode, tone

CLIP = encode(tone())
URL = "/v1/audio/transcriptions"


@pytest.fixture
def left() -> TestClient:
    return TestClient(create_app(Settings(), Hearing("left", 0.89)))


@pytest.fixture
def go_go() -> TestClient:
    return TestClient(create_app(Settings(), Recognizer(Ears())))


GO_GO = encode(bursts(1.0, 0.8, 2.0, 0.8, 1.0))


def verbose(client: TestClient, **fields: Any) -> dict[str, Any]:
    fields |= {"response_format": "verbose_json"}
    answer: dict[str, Any] = client.post(URL, files={"file": GO_GO}, data=fields).json()
    return answer


def test_json_holds_the_text_and_the_seconds(left: TestClient) -> None:
    answer = left.post(URL, files={"file": CLIP}, data={"model": "whisper-1", "language": "en", "temperature": "0.2"})

    assert answer.json() == {"text": "left", "usage": {"type": "duration", "seconds": 1.0}}


def test_text_is_a_line(left: TestClient) -> None:
    answer = left.post(URL, files={"file": CLIP}, data={"response_format": "text"})

    assert (answer.text, answer.headers["content-type"]) == ("left\n", "text/plain; charset=utf-8")


def test_verbose_json_has_a_segment_for_each_command(go_go: TestClient) -> None:
    answer = verbose(go_go)

    assert (answer["text"], answer["language"]) == ("go go", "english")
    assert [segment["text"] for segment in answer["segments"]] == ["go", "go"]
    assert 0.5 < answer["segments"][0]["start"] < answer["segments"][0]["end"] < 3
    assert "words" not in answer


def test_words_come_with_their_times_where_they_are_asked_for(go_go: TestClient) -> None:
    answer = verbose(go_go, **{"timestamp_granularities[]": ["word"]})

    assert [word["word"] for word in answer["words"]] == ["go", "go"]
    assert "segments" not in answer


@pytest.mark.parametrize(("form", "first", "time"), [("srt", "1\n00:00:0", ","), ("vtt", "WEBVTT\n\n1\n00:00:0", ".")])
def test_subtitles_have_a_line_for_each_command(go_go: TestClient, form: str, first: str, time: str) -> None:
    text = go_go.post(URL, files={"file": GO_GO}, data={"response_format": form}).text

    assert text.startswith(first)
    assert text.count(" --> ") == text.count("go\n\n") == 2
    assert all(line.count(time) == 2 for line in text.splitlines() if "-->" in line)


def test_a_stream_has_a_delta_and_ends(left: TestClient) -> None:
    answer = left.post(URL, files={"file": CLIP}, data={"stream": "true"})

    *events, end = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert [json.loads(event)["type"] for event in events] == ["transcript.text.delta", "transcript.text.done"]
    assert (json.loads(events[1])["text"], end) == ("left", "[DONE]")


@pytest.mark.parametrize(
    ("prompt", "text"), [("left, right", "left"), ("On. Off.", ""), ("The weather is fine", "left")]
)
def test_a_prompt_of_the_models_words_restricts_the_answer(left: TestClient, prompt: str, text: str) -> None:
    answer = left.post(URL, files={"file": CLIP}, data={"prompt": prompt})

    assert answer.json()["text"] == text


def test_a_model_is_listed_and_found_by_its_name(left: TestClient) -> None:
    listed = left.get("/v1/models").json()["data"]

    assert [model["id"] for model in listed] == ["heed-12-gru"]
    assert left.get("/v1/models/heed-12-gru").json() == listed[0]


@pytest.mark.parametrize(
    ("fields", "clip", "status", "code"),
    [
        ({"model": "parrot"}, CLIP, 404, "model_not_found"),
        ({"response_format": "diarized_json"}, CLIP, 422, "bad_parameter"),
        ({}, b"no sound", 415, "not_audio"),
        ({}, b"", 400, None),
    ],
)
def test_errors_have_openais_form(
    left: TestClient, fields: dict[str, str], clip: bytes, status: int, code: str | None
) -> None:
    answer = left.post(URL, files={"file": ("clip.wav", clip)}, data=fields)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["type"]) == (status, code, "invalid_request_error")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert error["message"]


def test_a_wrong_address_has_openais_form_too(left: TestClient) -> None:
    answer = left.get("/v1/nothing")

    assert answer.status_code == 404
    assert "/v1/nothing is not answered here" in answer.json()["error"]["message"]
