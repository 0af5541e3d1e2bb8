"""Every error is a problem+json of the right status, and nothing that a client sends is a fault of the service."""

from collections.abc import Iterator

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.errors import KINDS
from app.main import create_app
from app.refusals import RequestRefused
from app.settings import Settings
from model.errors import AudioError
from model.recognizer import Recognizer
from tests.app.stubs import Broken
from tests.signals import encode, noise, tone
from tests.wav import chunk, format_chunk, riff

SAMPLES = chunk(b"data", encode(noise())[44:])
NAN = np.full(8_000, np.nan, np.float32)


@pytest.fixture
def strict_client(recognizer: Recognizer) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(max_clip_seconds=2), recognizer)) as client:
        yield client


def test_every_error_of_sound_has_its_row() -> None:
    assert set(AudioError.__subclasses__()) <= set(KINDS)


def test_every_refusal_has_its_row() -> None:
    assert set(RequestRefused.__subclasses__()) <= set(KINDS)


def test_no_two_errors_of_sound_share_a_type() -> None:
    types = [kind.type for kind in KINDS.values() if kind.type != "about:blank"]

    assert len(set(types)) == len(types)


@pytest.mark.parametrize(
    ("clip", "status", "kind"),
    [
        pytest.param(b"left right left right", 415, "not-audio", id="a text file named .wav"),
        pytest.param(b"\0", 415, "not-audio", id="one byte"),
        pytest.param(np.random.default_rng(0).bytes(50_000), 415, "not-audio", id="nonsense"),
        pytest.param(encode(tone(), container="VOC"), 415, "not-audio", id="another container"),
        pytest.param(riff(format_chunk(code=0x161), SAMPLES), 415, "unsupported-encoding", id="WMA in a WAV"),
        pytest.param(riff(format_chunk(n_channels=65_535), SAMPLES), 415, "unsupported-encoding", id="65,535 channels"),
        pytest.param(riff(format_chunk(n_channels=0), SAMPLES), 415, "unsupported-encoding", id="no channel"),
        pytest.param(riff(format_chunk(sample_rate=0), SAMPLES), 415, "unsupported-encoding", id="0 Hz"),
        pytest.param(riff(), 422, "unreadable-audio", id="a WAV that ends at once"),
        pytest.param(encode(noise(), container="FLAC")[:30], 422, "unreadable-audio", id="a FLAC cut short"),
        pytest.param(encode(noise(0)), 422, "no-samples", id="a WAV of 44 bytes"),
        pytest.param(encode(noise(800)), 422, "audio-too-short", id="50 ms"),
        pytest.param(encode(tone(seconds=2.1)), 413, "audio-too-long", id="over the limit of seconds"),
        pytest.param(encode(NAN, subtype="FLOAT"), 422, "samples-not-finite", id="NaN"),
        pytest.param(encode(99 * tone(), subtype="FLOAT"), 422, "samples-out-of-range", id="floats up to 50"),
    ],
)
def test_a_clip_that_cannot_be_heard_is_a_problem_of_its_kind(
    strict_client: TestClient, clip: bytes, status: int, kind: str
) -> None:
    answer = strict_client.post("/transcribe", files={"file": ("clip.wav", clip, "audio/wav")})

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:heed:{kind}"


def test_silence_is_an_answer(client: TestClient) -> None:
    answer = client.post("/transcribe", files={"file": encode(np.zeros(16_000, np.float32))})

    assert answer.status_code == 200
    assert (answer.json()["reason"], answer.json()["confidence"]) == ("silence", 1.0)


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("seed", range(8))
def test_a_file_with_broken_bytes_is_never_a_fault(client: TestClient, container: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    clip = np.frombuffer(encode(noise(8_000), container=container), np.uint8).copy()
    clip[generator.integers(4, 200, 10)] = generator.integers(0, 256, 10)

    answer = client.post("/transcribe", content=clip.tobytes())

    assert answer.status_code in (200, 413, 415, 422)


def test_sound_that_is_not_read_is_told_what_is(client: TestClient) -> None:
    answer = client.post("/transcribe", files={"file": b"no sound at all"})

    assert all(name in answer.json()["detail"] for name in ("WAV", "FLAC", "Ogg", "MP3"))


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("top_k=0", "top_k must be a whole number from 1 to 12, not '0'"),
        ("top_k=13", "top_k must be a whole number from 1 to 12, not '13'"),
        ("top_k=2.5", "top_k must be a whole number from 1 to the number of labels, not '2.5'"),
        ("top_k=many", "top_k must be a whole number from 1 to the number of labels, not 'many'"),
        ("threshold=1.01", "threshold must be a number from 0 to 1, not '1.01'"),
        ("threshold=-1", "threshold must be a number from 0 to 1, not '-1'"),
        ("threshold=nan", "threshold must be a number from 0 to 1, not 'nan'"),
        ("threshold=", "threshold must be a number from 0 to 1, not ''"),
    ],
)
def test_a_parameter_out_of_range_is_named_with_its_range(client: TestClient, query: str, detail: str) -> None:
    answer = client.post(f"/transcribe?{query}", files={"file": b"RIFF"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["detail"]) == ("urn:heed:bad-parameter", detail)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/transcribe", 405)])
def test_a_wrong_address_is_a_problem_that_points_to_the_documentation(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert path in answer.json()["detail"]
    assert "/docs" in answer.json()["detail"]


def test_a_wrong_method_is_told_the_right_one(client: TestClient) -> None:
    answer = client.get("/transcribe")

    assert answer.headers["allow"] == "POST"


def test_a_fault_keeps_its_text_to_the_log() -> None:
    client = TestClient(create_app(Settings(), Broken()), raise_server_exceptions=False)

    answer = client.post("/transcribe", files={"file": encode(tone())})

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
