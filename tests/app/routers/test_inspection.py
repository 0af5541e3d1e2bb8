"""``/inspect`` shows what lies between a clip and its transcription, exactly as the model computed it."""

import math
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.audio import fit
from model.recognizer import Recognizer
from tests.app.sound import bursts
from tests.app.stubs import Ears
from tests.labels import LABELS
from tests.signals import Signal, encode, noise, tone


def inspected(client: TestClient, signal: Signal) -> dict[str, Any]:
    answer = client.post("/inspect", files={"file": encode(signal, subtype="FLOAT")})
    assert answer.status_code == 200
    inspection: dict[str, Any] = answer.json()
    return inspection


def test_its_transcription_is_that_of_transcribe(client: TestClient) -> None:
    clip = encode(noise(40_000))

    inspection = client.post("/inspect", content=clip, params={"threshold": 0.7}).json()
    transcription = client.post("/transcribe", content=clip, params={"threshold": 0.7}).json()

    assert inspection["transcription"] | {"elapsed_ms": 0} == transcription | {"elapsed_ms": 0}
    assert inspection["labels"] == list(LABELS)


@pytest.mark.parametrize("n_samples", [1_600, 16_000, 16_001, 40_123, 160_000])
def test_frames_are_those_of_the_whole_waveform(client: TestClient, recognizer: Recognizer, n_samples: int) -> None:
    signal = noise(n_samples)

    inspection = inspected(client, signal)

    _, frames = recognizer.engine.infer(signal[None])
    assert np.allclose(inspection["frames"], frames[0], atol=0.0051)
    assert inspection["frame_seconds"] == 0.01


def test_frames_of_a_short_clip_are_those_that_the_network_read(client: TestClient, recognizer: Recognizer) -> None:
    signal = noise(9_001)

    frames = inspected(client, signal)["frames"]

    _, whole = recognizer.engine.infer(fit(signal)[None])
    assert len(frames) == 54
    assert np.allclose(frames, whole[0, 22 : 22 + 54], atol=0.0051)


def test_the_envelope_holds_the_extremes_of_equal_parts(client: TestClient) -> None:
    signal = noise(48_000)

    envelope = inspected(client, signal)["envelope"]

    parts = signal.reshape(1000, 48)
    assert np.allclose(envelope, np.stack([parts.min(axis=1), parts.max(axis=1)], axis=1), atol=0.00051)


def test_no_part_of_the_envelope_is_left_out(client: TestClient) -> None:
    signal = np.zeros(16_001, np.float32)
    signal[-1] = 1.0

    envelope = inspected(client, signal)["envelope"]

    assert len(envelope) == 1000
    assert envelope[-1] == [0.0, 1.0]


def test_a_clip_of_up_to_a_second_has_one_look(client: TestClient, recognizer: Recognizer) -> None:
    signal = tone(seconds=0.8)

    looks = inspected(client, signal)["looks"]

    assert [look["end_seconds"] for look in looks] == [0.8]
    assert np.allclose(looks[0]["posteriors"], recognizer.posteriors(fit(signal)[None])[0], atol=0.00051)


def test_a_longer_clip_has_a_look_every_100_ms_to_its_end() -> None:
    client = TestClient(create_app(Settings(), Recognizer(Ears())))

    inspection = inspected(client, bursts(1.0, 1.0, 1.5))

    ends = [look["end_seconds"] for look in inspection["looks"]]
    assert ends[:35] == [round(0.1 * number, 1) for number in range(1, 36)]
    likeliest = [LABELS[int(np.argmax(look["posteriors"]))] for look in inspection["looks"]]
    assert {likeliest[9], likeliest[-1]} == {"_silence_"}
    assert likeliest[19] == "go"


def test_numbers_are_short_and_finite(client: TestClient) -> None:
    text = client.post("/inspect", content=encode(noise(20_000))).text

    numbers = text[text.index("frames") :].replace("[", ",").replace("]", ",").split(",")
    assert max(len(number) for number in numbers if number[:1].isdigit()) <= 6
    assert math.isclose(float(numbers[2]), round(float(numbers[2]), 2))


def test_more_than_a_minute_is_not_inspected_even_if_it_is_heard() -> None:
    client = TestClient(create_app(Settings(max_clip_seconds=100), Recognizer(Ears())))
    clip = encode(np.zeros(61 * 4_000, np.float32), sample_rate=4_000)

    statuses = [client.post(path, content=clip).status_code for path in ("/transcribe", "/inspect")]

    assert statuses == [200, 413]


def test_what_cannot_be_heard_cannot_be_inspected(client: TestClient) -> None:
    answers = [client.post("/inspect", content=b"no sound"), client.post("/inspect?threshold=2", content=b"RIFF")]

    assert [answer.json()["type"] for answer in answers] == ["urn:heed:not-audio", "urn:heed:bad-parameter"]
    assert [answer.status_code for answer in answers] == [415, 422]
