"""A conversation over ``/stream``: each chunk has one answer, and each mistake its reason and code."""

import json
import logging
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.serving import wait_until
from tests.app.sound import bursts, chunks_of, pcm
from tests.app.stubs import Deaf, Ears
from tests.signals import encode, noise

GO = pcm(bursts(0.3, 1.0, 0.5))
SILENCE = bytes(3_200)
EOF = '{"eof" : 1}'

numbers = st.none() | st.booleans() | st.floats() | st.integers() | st.text()
orders = st.dictionaries(
    st.sampled_from(["config", "eof", "reset"]),
    numbers
    | st.dictionaries(
        st.sampled_from(["sample_rate", "threshold", "words", "channels", "max_alternatives", "phrase_list", "model"]),
        numbers | st.sampled_from([8_000, 2, ["go"]]),
    ),
).map(json.dumps)

Session: TypeAlias = AbstractContextManager[WebSocketTestSession]


def connection(
    settings: Settings | None = None, recognizer: Recognizer | None = None, *, url: str = "/stream"
) -> Session:
    app = create_app(settings or Settings(), recognizer or Recognizer(Ears()))
    return TestClient(app).websocket_connect(url)


def answers(socket: WebSocketTestSession, messages: list[bytes | str]) -> list[dict[str, Any]]:
    """As a client of vosk-server asks: it sends a chunk, waits for its answer, sends the next one."""
    received = []
    for message in messages:
        socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message)
        if not isinstance(message, str) or "eof" in message or "reset" in message:
            received.append(socket.receive_json())
    return received


def words(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [word for message in messages for word in message.get("result", [])]


def closed(socket: WebSocketTestSession) -> tuple[int, str]:
    with pytest.raises(WebSocketDisconnect) as end:
        socket.receive_json()
    return end.value.code, end.value.reason


def last_code(socket: WebSocketTestSession) -> int:
    """Reads to the end."""
    while True:
        try:
            socket.receive_json()
        except WebSocketDisconnect as end:
            return end.code


def test_a_client_of_vosk_server_hears_its_words_and_a_good_end() -> None:
    config = '{ "config" : { "sample_rate" : 16000, "phrase_list" : ["go"], "words" : true } }'

    with connection() as socket:
        *partials, last = answers(socket, [config, *chunks_of(GO, 6_400), EOF])
        code, reason = closed(socket)

    assert {"partial", "result"} == {next(iter(message)) for message in partials}
    assert words(partials)[0].keys() == {"word", "conf", "start", "end"}
    assert words(partials)[0]["word"] == "go"
    assert last.keys() == {"result", "text", "heed"}
    assert (code, reason) == (1000, "")


def test_a_result_names_its_words_as_text() -> None:
    with connection() as socket:
        messages = answers(socket, [GO + GO])

    assert messages[0]["text"] == " ".join(word["word"] for word in messages[0]["result"]) != ""


@pytest.mark.parametrize("n_bytes", [321, 3_200, 10_001, 10**6])
def test_however_a_client_cuts_it_hears_the_same(n_bytes: int) -> None:
    with connection() as one, connection() as other:
        expected = answers(one, [*chunks_of(GO, 6_400), EOF])
        messages = answers(other, [*chunks_of(GO, n_bytes), EOF])

    assert words(messages) == words(expected) != []
    assert messages[-1]["heed"]["seconds"] == expected[-1]["heed"]["seconds"] == 1.8


@pytest.mark.parametrize("chunk", [b"", b"\x00", b"\x00\x00", bytes(2**21)])
def test_each_chunk_has_one_answer(chunk: bytes) -> None:
    with connection() as socket:
        messages = answers(socket, [chunk, chunk, EOF])

    assert [next(iter(message)) for message in messages] == ["partial", "partial", "result"]


def test_without_sound_the_end_has_an_empty_result() -> None:
    with connection() as socket:
        messages = answers(socket, [EOF])

    assert (messages[0]["result"], messages[0]["text"]) == ([], "")


def test_a_config_may_come_late_and_a_threshold_acts_at_once() -> None:
    strict, lax = '{"config": {"threshold": 1.0}}', '{"config": {"threshold": 0.5}}'

    with connection() as socket:
        before = answers(socket, [strict, GO])
        after = answers(socket, [lax, GO])

    assert [message["heed"]["threshold"] for message in before + after] == [1.0, 0.5]
    assert (words(before), words(after) != []) == ([], True)


def test_the_threshold_is_that_of_the_setting_or_of_the_model() -> None:
    with connection(Settings(threshold=0.7)) as one, connection() as other:
        messages = answers(one, [SILENCE]) + answers(other, [SILENCE])

    assert [message["heed"]["threshold"] for message in messages] == [0.7, 0.5]


@pytest.mark.parametrize(
    ("setting", "url", "config"),
    [
        (16_000, "/stream", '{"config": {"sample_rate": 48000}}'),
        (16_000, "/stream?sample_rate=48000", '{"config": {}}'),
        (48_000, "/stream", '{"config": {}}'),
        (8_000, "/stream?sample_rate=16000", '{"config": {"sample_rate": 24000, "channels": 2}}'),
    ],
)
def test_sound_in_another_form_lasts_as_long_as_it_lasts(setting: int, url: str, config: str) -> None:
    with connection(Settings(stream_sample_rate=setting), url=url) as socket:
        messages = answers(socket, [config, *chunks_of(bytes(96_000), 9_600), EOF])

    assert messages[-1]["heed"]["seconds"] == 1.0


def test_a_reset_answers_what_was_heard_and_begins_anew() -> None:
    with connection() as socket:
        *_, result = first = answers(socket, [GO, '{"reset" : 1}'])
        second = answers(socket, [GO, EOF])

    assert result.keys() == {"result", "text", "heed"}
    assert words(first) == words(second) != []
    assert second[-1]["heed"]["seconds"] == result["heed"]["seconds"] == 1.8


@pytest.mark.parametrize(
    ("url", "config"), [("/stream?words=left,right", "{}"), ("/", '{"phrase_list": ["left right", "[unk]"]}')]
)
def test_only_the_words_that_are_asked_for_are_answered(url: str, config: str) -> None:
    with connection(url=url) as socket:
        messages = answers(socket, [f'{{"config": {config}}}', GO, EOF])

    assert words(messages) == []
    assert messages[0]["heed"]["posteriors"].keys() == {"_silence_", "_unknown_", "left", "right"}


def test_words_and_alternatives_are_answered_as_they_are_asked_for() -> None:
    with connection() as socket:
        (short,) = answers(socket, ['{"config": {"words": 0}}', GO])
        (several,) = answers(socket, ['{"config": {"max_alternatives": 3}}', GO])

    assert short.keys() == {"text", "heed"}
    assert several["alternatives"][0].keys() == {"text", "confidence"}
    assert 1 < len(several["alternatives"]) <= 3


def test_a_file_in_the_socket_is_refused_by_name() -> None:
    with connection() as socket:
        (message,) = answers(socket, [encode(noise(), container="FLAC")])
        code, _ = closed(socket)

    assert message["error"].startswith("these are the bytes of a FLAC file; a stream takes bare samples")
    assert code == 1003


@pytest.mark.parametrize(
    ("text", "code", "error"),
    [
        ("hello", 1007, "the text is not a JSON object; send sound as binary messages, or"),
        ('{"start": 1}', 1003, "the text says nothing that heed knows; send sound as binary messages, or"),
        ('{"config": []}', 1003, "config must be an object, not []; send sound"),
        ('{"config": {"sample_rate": 4000}}', 1008, "sample_rate must be a number from 8000 to 96000, not 4000"),
        ('{"config": {"threshold": "é"}}', 1008, "threshold must be a number from 0 to 1, not 'é'"),
        ('{"config": {"phrase_list": ["lamp"]}}', 1008, "there is no word 'lamp'; ears knows"),
        ('{"config": {"phrase_list": ["[unk]"]}}', 1008, "no word is named; ears knows"),
        ('{"config": {"model": "vosk-en"}}', 1008, "there is no model 'vosk-en'; this service has ears"),
    ],
)
def test_a_mistake_is_explained_and_closes_the_stream(text: str, code: int, error: str) -> None:
    with connection() as socket:
        socket.send_text(text)
        message = socket.receive_json()
        end = closed(socket)

    assert message["error"].startswith(error)
    assert end[0] == code
    assert message["error"].startswith(end[1])
    assert len(end[1].encode()) <= 123


def test_a_silent_client_is_closed_with_what_it_could_have_sent() -> None:
    with connection(Settings(stream_idle_seconds=0.05)) as socket:
        message = socket.receive_json()
        end = closed(socket)

    assert message["error"].startswith("nothing came for 0.05 s; send sound as binary messages")
    assert end[0] == 1008


def test_a_client_that_sends_now_and_then_is_not_idle() -> None:
    with connection(Settings(stream_idle_seconds=0.5)) as socket:
        messages = answers(socket, [SILENCE])
        wait_until(lambda: False, seconds=0.3)
        messages += answers(socket, [SILENCE])
        wait_until(lambda: False, seconds=0.3)
        messages += answers(socket, [EOF])

    assert [next(iter(message)) for message in messages] == ["partial", "partial", "result"]


def test_one_stream_too_many_is_told_to_come_back_and_the_others_go_on() -> None:
    client = TestClient(create_app(Settings(max_streams=1), Recognizer(Ears())))

    with client.websocket_connect("/stream") as first, client.websocket_connect("/stream") as second:
        refusal, end = second.receive_json(), closed(second)
        messages = answers(first, [SILENCE, EOF])

    assert refusal == {"error": "1 streams are open already; try again later"}
    assert end == (1013, refusal["error"])
    assert len(messages) == 2


def test_a_stream_that_ends_leaves_its_place_to_another() -> None:
    client = TestClient(create_app(Settings(max_streams=1), Recognizer(Ears())))

    for _ in range(3):
        with client.websocket_connect("/stream") as socket:
            messages = answers(socket, [SILENCE])

    assert next(iter(messages[0])) == "partial"


def test_a_fault_keeps_its_text_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="uvicorn.error"), connection(recognizer=Recognizer(Deaf())) as socket:
        socket.send_bytes(GO)
        message = socket.receive_json()
        end = closed(socket)

    assert message == {"error": "the fault is heed's, and is in its log"}
    assert end == (1011, message["error"])
    assert "secret" in caplog.text


def test_a_client_that_is_gone_leaves_nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="uvicorn.error"), connection() as socket:
        socket.send_bytes(GO)
        socket.close(1001)

    assert caplog.text == ""


@given(st.lists(st.binary(max_size=2_000) | st.text() | orders, max_size=8))
@hypothesis.settings(
    max_examples=30, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_whatever_a_client_sends_is_no_fault_of_the_service(
    caplog: pytest.LogCaptureFixture, messages: list[bytes | str]
) -> None:
    with connection() as socket:
        for message in messages:
            socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message)
        socket.send_text(EOF)
        code = last_code(socket)

    assert code in (1000, 1003, 1007, 1008)
    assert caplog.text == ""
