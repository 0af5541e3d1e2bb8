"""Answers in a stream have vosk-server's form."""

import json
from typing import Any

import pytest

from app.streaming.answers import Form, partial, result
from app.streaming.listener import Listener
from model.detector import Event
from model.recognizer import Recognizer
from tests.app.sound import bursts, pcm
from tests.app.stubs import Ears

LEFT = Event(
    label="left",
    confidence=0.8,
    start_seconds=1.23456,
    end_seconds=1.7,
    ranking=(("left", 0.8), ("_unknown_", 0.1), ("yes", 0.07), ("go", 0.03)),
)
GO = Event(
    label="go", confidence=0.9, start_seconds=2.0, end_seconds=2.4, ranking=(("go", 0.9), ("no", 0.06), ("on", 0.04))
)


def answer(events: list[Event], form: Form) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(result(events, Listener(Recognizer(Ears()), threshold=0.5), form))
    assert message.pop("heed").keys() == {"seconds", "threshold", "level_db", "posteriors"}
    return message


def test_a_result_has_its_words_and_their_text() -> None:
    assert answer([LEFT, GO], Form()) == {
        "result": [
            {"word": "left", "conf": 0.8, "start": 1.235, "end": 1.7},
            {"word": "go", "conf": 0.9, "start": 2.0, "end": 2.4},
        ],
        "text": "left go",
    }


def test_a_result_may_go_without_its_words() -> None:
    assert answer([LEFT], Form(words=False)) == {"text": "left"}


def test_alternatives_are_the_likeliest_texts_that_differ_in_one_word() -> None:
    message = answer([LEFT, GO], Form(words=False, max_alternatives=3))

    assert message == {
        "alternatives": [
            {"text": "left go", "confidence": 0.72},
            {"text": "yes go", "confidence": 0.063},
            {"text": "left no", "confidence": 0.048},
        ]
    }


def test_each_alternative_has_its_words() -> None:
    message = answer([GO], Form(max_alternatives=20))

    assert [alternative["text"] for alternative in message["alternatives"]] == ["go", "no", "on"]
    assert message["alternatives"][1]["result"] == [{"word": "no", "conf": 0.06, "start": 2.0, "end": 2.4}]


@pytest.mark.parametrize("form", [Form(max_alternatives=2), Form(max_alternatives=2, words=False)])
def test_without_a_command_the_only_alternative_is_empty(form: Form) -> None:
    (alternative,) = answer([], form)["alternatives"]

    assert (alternative["text"], alternative["confidence"]) == ("", 1.0)


def test_a_partial_says_where_the_stream_stands() -> None:
    listener = Listener(Recognizer(Ears()), threshold=1.0)
    before = json.loads(partial(listener))

    listener.listen(pcm(bursts(0.0, 1.5, amplitude=0.1)))

    after = json.loads(partial(listener))
    assert before == {
        "partial": "",
        "heed": {"seconds": 0.0, "threshold": 1.0, "level_db": -100.0, "posteriors": None},
    }
    assert (after["heed"]["seconds"], after["heed"]["level_db"]) == (1.5, -20.0)
    assert after["heed"]["posteriors"]["go"] > 0.9
