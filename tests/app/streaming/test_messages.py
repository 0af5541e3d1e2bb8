"""Messages of vosk-server's clients are understood, and all others refused."""

import json

import pytest
from pydantic import ValidationError

from app.streaming.messages import Config, Refusal, read, read_query


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ('{ "config" : { "sample_rate" : 8000 } }', Config(sample_rate=8_000)),
        (
            '{"config" : \n { "phrase_list" : ["zero one"],\n "sample_rate" : 16000.0,\n "words" : 0}}',
            Config(sample_rate=16_000, phrase_list=["zero one"], words=False),
        ),
        (
            '{"config": {"sample_rate": "48000", "max_alternatives": 3, "model": null}}',
            Config(sample_rate=48_000, max_alternatives=3),
        ),
        ('{"config": {"grammar": ["left"], "channels": 2}}', Config(phrase_list=["left"], channels=2)),
        ('{"config": {}}', Config()),
    ],
)
def test_a_config_is_read(text: str, config: Config) -> None:
    order = read(text)

    assert order.config == config
    assert not order.eof


def test_the_url_sets_what_a_config_sets() -> None:
    config = read_query({"sample_rate": "8000", "words": "on,off", "threshold": "0.5", "token": "x"})

    assert config == Config(sample_rate=8_000, phrase_list=["on", "off"], threshold=0.5)


def test_a_wrong_value_in_the_url_is_refused() -> None:
    with pytest.raises(Refusal, match="sample_rate must be a number from 8000 to 96000, not 'fast'"):
        read_query({"sample_rate": "fast"})


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
        ('{"reset": 0}', 1003, "the text says nothing that heed knows"),
        ('{"config": null}', 1003, "the text says nothing that heed knows"),
        ('{"config": 8000}', 1003, "config must be an object, not 8000"),
        ('{"config": {"sample_rate": 7999}}', 1008, "sample_rate must be a number from 8000 to 96000, not 7999"),
        ('{"config": {"sample_rate": 96001}}', 1008, "sample_rate must be a number from 8000 to 96000, not 96001"),
        ('{"config": {"sample_rate": NaN}}', 1008, "sample_rate must be a number from 8000 to 96000, not nan"),
        ('{"config": {"sample_rate": "fast"}}', 1008, "sample_rate must be a number from 8000 to 96000, not 'fast'"),
        ('{"config": {"threshold": 1.5}}', 1008, "threshold must be a number from 0 to 1, not 1.5"),
        ('{"config": {"threshold": []}}', 1008, "threshold must be a number from 0 to 1, not []"),
        ('{"config": {"channels": 9}}', 1008, "channels must be a whole number from 1 to 8, not 9"),
        ('{"config": {"phrase_list": "left"}}', 1008, "phrase_list must be a list of words, not 'left'"),
        ('{"config": {"max_alternatives": -1}}', 1008, "max_alternatives must be a whole number from 0 to 100, not -1"),
        ('{"config": {"words": "some"}}', 1008, "words must be 1 or 0, not 'some'"),
        ('{"config": {"model": 3}}', 1008, "model must be a model's name, not 3"),
        ('{"config": {"language": "en"}}', 1008, "'language' is no setting of a stream; heed knows sample_rate,"),
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
