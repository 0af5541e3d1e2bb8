"""Messages of vosk-server's clients are understood, all others refused, and answers have vosk-server's form."""

import json

import pytest
from pydantic import ValidationError

from app.streaming.listener import Listener
from app.streaming.messages import Config, Refusal, partial, read, result
from model.recognizer import Recognizer
from model.spotter import Event
from tests.app.sound import bursts, pcm
from tests.app.stubs import Ears


@pytest.mark.parametrize(
    ("text", "sample_rate"),
    [
        ('{ "config" : { "sample_rate" : 8000 } }', 8_000),
        ('{"config" : \n { "phrase_list" : ["zero one"],\n "sample_rate" : 16000.0,\n "words" : 0}}', 16_000),
        ('{"config": {"sample_rate": "48000", "max_alternatives": 3, "model": null}}', 48_000),
        ('{"config": {}}', None),
    ],
)
def test_a_config_is_read_whatever_else_it_holds(text: str, sample_rate: float | None) -> None:
    order = read(text)

    assert order.config == Config(sample_rate=sample_rate)
    assert not order.eof


@pytest.mark.parametrize("text", ['{"eof" : 1}', '{"eof":1}', '{"eof": true, "more": 0}'])
def test_the_end_is_read(text: str) -> None:
    order = read(text)

    assert order.eof


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", 1007, "the text is not a JSON object"),
        ("left", 1007, "the text is not a JSON object"),
        ('{"config": {', 1007, "the text is not a JSON object"),
        ("[" * 100_000, 1007, "the text is not a JSON object"),
        ("[1]", 1007, "the text is not a JSON object"),
        ("{}", 1003, "the text says nothing that heed knows"),
        ('{"eof": 0}', 1003, "the text says nothing that heed knows"),
        ('{"reset": 1}', 1003, "the text says nothing that heed knows"),
        ('{"config": null}', 1003, "the text says nothing that heed knows"),
        ('{"config": 8000}', 1003, "config must be an object, not 8000"),
        ('{"config": {"sample_rate": 7999}}', 1008, "sample_rate must be a number from 8000 to 48000, not 7999"),
        ('{"config": {"sample_rate": 48001}}', 1008, "sample_rate must be a number from 8000 to 48000, not 48001"),
        ('{"config": {"sample_rate": NaN}}', 1008, "sample_rate must be a number from 8000 to 48000, not nan"),
        ('{"config": {"sample_rate": "fast"}}', 1008, "sample_rate must be a number from 8000 to 48000, not 'fast'"),
        ('{"config": {"threshold": 1.5}}', 1008, "threshold must be a number from 0 to 1, not 1.5"),
        ('{"config": {"threshold": []}}', 1008, "threshold must be a number from 0 to 1, not []"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_would_be_right(text: str, code: int, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(text)

    assert refused.value.code == code
    assert str(refused.value).startswith(message)
    assert isinstance(refused.value.__cause__, ValidationError | None)


def test_a_refusal_quotes_no_more_than_a_line() -> None:
    with pytest.raises(Refusal) as refused:
        read(json.dumps({"config": {"threshold": "much" * 10_000}}))

    assert len(str(refused.value)) < 120


def test_a_result_has_the_form_of_vosk_server() -> None:
    events = [
        Event(label="left", confidence=0.98765, start_seconds=1.23456, end_seconds=1.7),
        Event(label="go", confidence=1.0, start_seconds=2.0, end_seconds=2.4),
    ]

    answer = json.loads(result(events, Listener(Recognizer(Ears()), threshold=0.5)))

    assert list(answer) == ["result", "text", "heed"]
    assert answer["result"][0] == {"word": "left", "conf": 0.9877, "start": 1.235, "end": 1.7}
    assert answer["text"] == "left go"


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
