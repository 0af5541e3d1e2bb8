"""Conversations of clients from the field bring the words that the same sound brings in a plain one."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.sound import WAV_HEADER_BYTES, chunks_of

ROOT = Path(__file__).parents[3]
EOF = '{"eof" : 1}'
PLAIN = '{ "config" : { "sample_rate" : 16000 } }'
COMMANDS = (ROOT / "examples" / "commands.wav").read_bytes()[WAV_HEADER_BYTES:]
RECORDING = (ROOT / "tests" / "field_cases" / "recorder-left.webm").read_bytes()
SERVED = Recognizer.load(second_opinion="unsure")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings(), SERVED))


def conversation(client: TestClient, *messages: str | bytes, url: str = "/stream") -> list[dict[str, Any]]:
    """Send the messages, sound in chunks of 0.2 s, and return all answers until the stream ends."""
    parts = [
        part for message in messages for part in ([message] if isinstance(message, str) else chunks_of(message, 6_400))
    ]
    with client.websocket_connect(url) as socket:
        for part in parts:
            socket.send({"type": "websocket.receive", "text" if isinstance(part, str) else "bytes": part})
        return list(answers_of(socket))


def answers_of(socket: WebSocketTestSession) -> Iterator[dict[str, Any]]:
    with suppress(WebSocketDisconnect):
        while True:
            yield socket.receive_json()


def words(answers: list[dict[str, Any]]) -> list[str]:
    return [word["word"] for answer in answers for word in answer.get("result", [])]


@pytest.fixture(scope="module")
def plain(client: TestClient) -> list[str]:
    return words(conversation(client, PLAIN, COMMANDS, EOF))


def test_the_plain_conversation_brings_the_words_of_the_recording(plain: list[str]) -> None:
    assert plain == ["go", "left", "stop", "yes"]


@pytest.mark.parametrize(
    ("url", "setting"), [("/stream", 8_000), ("/stream?sample_rate=8000", 16_000)], ids=["setting", "url"]
)
def test_a_client_that_names_no_rate_is_heard_at_that_of_the_setting_or_the_url(url: str, setting: int) -> None:
    client = TestClient(create_app(Settings(stream_sample_rate=setting), SERVED))
    at_8_khz = soxr.resample(np.frombuffer(COMMANDS, "<i2"), 16_000, 8_000).tobytes()

    heard = words(conversation(client, at_8_khz, EOF, url=url))

    assert heard == words(conversation(client, '{"config": {"sample_rate": 8000}}', at_8_khz, EOF)) != []


def test_a_client_that_knows_only_host_and_port_is_heard(client: TestClient, plain: list[str]) -> None:
    assert words(conversation(client, PLAIN, COMMANDS, EOF, url="/")) == plain


def test_a_reset_brings_the_words_so_far_and_what_follows_begins_anew(client: TestClient, plain: list[str]) -> None:
    answers = conversation(client, PLAIN, COMMANDS, '{"reset" : 1}', COMMANDS, EOF)

    assert words(answers) == plain + plain
    assert sum("text" in answer for answer in answers) >= len(plain) + 2


def test_alternatives_begin_with_what_is_heard(client: TestClient) -> None:
    config = '{"config" : { "max_alternatives" : 20, "sample_rate" : 16000 } }'

    answers = conversation(client, config, COMMANDS, EOF)

    best = [answer["alternatives"][0]["text"] for answer in answers if "alternatives" in answer]
    assert [text for text in best if text] == ["go", "left", "stop", "yes"]


def test_of_phrases_only_their_words_are_answered(client: TestClient) -> None:
    config = '{"config" : {"phrase_list":["left","right","[unk]"],"sample_rate":16000}}'

    assert words(conversation(client, config, COMMANDS, EOF)) == ["left"]


def test_a_recording_of_a_browser_is_refused_by_name(client: TestClient) -> None:
    (answer,) = conversation(client, '{"config":{"sample_rate":48000}}', RECORDING, EOF)

    assert "the bytes of a WebM or Matroska file" in answer["error"]
    assert "PCM, 16 bits" in answer["error"]
