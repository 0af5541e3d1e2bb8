"""A clip comes as a form's field or as the body; everything else is answered with how to send one."""

import asyncio
import tempfile

import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.signals import encode, noise, tone

CLIP = encode(noise())
FORM_TYPE = "multipart/form-data; boundary=x"
FIELD = b'--x\r\nContent-Disposition: form-data; name="language"\r\n\r\nen\r\n'
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'


@pytest.mark.parametrize(
    "content_type",
    ["audio/wav", "Audio/X-Wav; codecs=1", "video/webm", "application/ogg", "application/octet-stream", None],
)
def test_a_raw_body_is_heard_like_a_form(client: TestClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}

    raw = client.post("/transcribe", content=CLIP, headers=headers).json()
    form = client.post("/transcribe", files={"file": ("clip.wav", CLIP, "audio/wav")}).json()

    assert raw | {"elapsed_ms": 0} == form | {"elapsed_ms": 0}


def test_other_fields_of_a_form_are_ignored(client: TestClient) -> None:
    answer = client.post("/transcribe", files={"file": CLIP}, data={"language": "en"})

    assert answer.status_code == 200


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json", "?"])
def test_a_body_of_another_type_is_415_and_told_how(client: TestClient, content_type: str) -> None:
    answer = client.post("/transcribe", content=CLIP, headers={"content-type": content_type})

    assert answer.status_code == 415
    assert content_type in answer.json()["detail"]
    assert "-F file=@" in answer.json()["detail"]
    assert "--data-binary" in answer.json()["detail"]


@pytest.mark.parametrize("headers", [{}, {"content-type": "audio/wav"}, {"content-type": FORM_TYPE}])
def test_an_empty_body_is_400(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/transcribe", headers=headers)

    assert answer.status_code == 400
    assert "-F file=@" in answer.json()["detail"]


def test_a_file_without_bytes_is_400(client: TestClient) -> None:
    answer = client.post("/transcribe", files={"file": ("empty.wav", b"")})

    assert answer.status_code == 400
    assert "empty" in answer.json()["detail"]


def test_a_form_without_the_field_is_400_and_names_it(client: TestClient) -> None:
    answer = client.post("/transcribe", files={"audio": CLIP})

    assert answer.status_code == 400
    assert "no whole field 'file'" in answer.json()["detail"]


def test_the_field_as_text_is_400_and_explained(client: TestClient) -> None:
    content = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nclip.wav\r\n--x--\r\n'

    answer = client.post("/transcribe", content=content, headers={"content-type": FORM_TYPE})

    assert answer.status_code == 400
    assert "is text, not a file" in answer.json()["detail"]


def test_several_files_are_answered_by_a_list_in_their_order(client: TestClient) -> None:
    answer = client.post("/transcribe", files=[("file", CLIP), ("file", b"no sound"), ("file", CLIP)])

    first, second, third = answer.json()
    assert answer.status_code == 200
    assert first | {"elapsed_ms": 0} == third | {"elapsed_ms": 0}
    assert (second["type"], second["status"]) == ("urn:heed:not-audio", 415)


def test_more_files_than_64_are_400(client: TestClient) -> None:
    answer = client.post("/transcribe", files=65 * [("file", b"RIFF")])

    assert answer.status_code == 400
    assert "Maximum number of files is 64" in answer.json()["detail"]


def test_one_clip_is_inspected_at_a_time(client: TestClient) -> None:
    answer = client.post("/inspect", files=[("file", CLIP), ("file", CLIP)])

    assert answer.status_code == 400
    assert "2 fields 'file', and one clip is answered here" in answer.json()["detail"]


def test_a_file_of_another_name_is_400(client: TestClient) -> None:
    answer = client.post("/transcribe", files=[("file", CLIP), ("other", CLIP)])

    assert answer.status_code == 400
    assert "the field 'other' is a file" in answer.json()["detail"]


def test_a_file_and_a_text_of_the_same_name_are_400(client: TestClient) -> None:
    answer = client.post("/transcribe", files={"file": CLIP}, data={"file": "clip.wav"})

    assert answer.status_code == 400
    assert "the field 'file' is text" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        pytest.param(33 * FIELD, "Maximum number of fields is 32", id="many fields"),
        pytest.param(FIELD.replace(b"en\r\n", bytes(5000) + b"\r\n"), "maximum size of 4KB", id="a large field"),
        pytest.param(FIELD.replace(b'"language"', 5000 * b"x"), "Invalid multipart data", id="a large header"),
        pytest.param(FIELD.replace(b"\r\n\r\n", 9 * b"\r\nA: b" + b"\r\n\r\n"), "Invalid", id="many headers"),
    ],
)
def test_a_form_that_holds_much_besides_the_clip_is_400(client: TestClient, part: bytes, wrong: str) -> None:
    content = part + PART + CLIP + b"\r\n--x--\r\n"

    answer = client.post("/transcribe", content=content, headers={"content-type": FORM_TYPE})

    assert answer.status_code == 400
    assert wrong in answer.json()["detail"]


def test_a_file_name_is_never_used(client: TestClient) -> None:
    names = ["../../../etc/passwd", "/dev/zero", "a\x00b", "x" * 3000, ""]

    answers = [client.post("/transcribe", files={"file": (name or "a", CLIP)}) for name in names]

    assert [answer.status_code for answer in answers] == 5 * [200]


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("multipart/form-data", PART + b"RIFF\r\n--x--\r\n"),
        (FORM_TYPE, b"no form"),
        (FORM_TYPE, b"--x\r\n\r\nno name\r\n--x--\r\n"),
        (FORM_TYPE + "; charset=undefined", PART + b"RIFF\r\n--x--\r\n"),
        (FORM_TYPE + "; charset=utf-7", PART.replace(b"file", b"+2AA-", 1) + b"RIFF\r\n--x--\r\n"),
    ],
)
def test_a_broken_form_is_400(client: TestClient, content_type: str, content: bytes) -> None:
    answer = client.post("/transcribe", content=content, headers={"content-type": content_type})

    assert answer.status_code == 400
    assert "-F file=@" in answer.json()["detail"]


def test_a_large_file_of_a_form_needs_no_disk(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = encode(noise(600_000), sample_rate=192_000)  # 1.2 MB
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *_, **__: pytest.fail("a file was made"))

    answer = client.post("/transcribe?top_k=1", files={"file": clip})

    assert answer.status_code == 200


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Starlette leaves the part unclosed
def test_a_form_cut_short_is_400(client: TestClient) -> None:
    answer = client.post("/transcribe", content=PART + b"RIFF", headers={"content-type": FORM_TYPE})

    assert answer.status_code == 400
    assert "no whole field 'file'" in answer.json()["detail"]


def test_a_client_who_hangs_up_leaves_no_error(recognizer: Recognizer) -> None:
    headers = [(b"content-type", b"audio/wav")]
    scope = {"type": "http", "method": "POST", "path": "/transcribe", "query_string": b"", "headers": headers}
    sent: list[Message] = []

    async def hang_up() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        await create_app(Settings(), recognizer)(scope, hang_up, send)

    asyncio.run(ask())

    assert sent[0]["status"] == 400


def test_raw_samples_are_heard_as_their_type_says(client: TestClient) -> None:
    wav = encode(tone())
    samples = wav[44:]

    raw = client.post("/transcribe", content=samples, headers={"content-type": "audio/L16;rate=16000;channels=1"})
    form = client.post("/transcribe", files={"file": ("clip.pcm", samples, "audio/L16;rate=16000")})

    clip = client.post("/transcribe", content=wav).json() | {"elapsed_ms": 0}
    assert raw.json() | {"elapsed_ms": 0} == form.json() | {"elapsed_ms": 0} == clip


def test_no_raw_samples_are_400(client: TestClient) -> None:
    assert client.post("/transcribe", headers={"content-type": "audio/basic"}).status_code == 400


def test_the_channel_that_is_asked_for_is_heard(client: TestClient) -> None:
    stereo = encode(np.stack([noise(seed=1), noise(seed=2)], axis=1))

    right = client.post("/transcribe", params={"channel": "right"}, content=stereo).json()

    alone = client.post("/transcribe", content=encode(noise(seed=2))).json()
    assert right | {"elapsed_ms": 0} == alone | {"elapsed_ms": 0}


@pytest.mark.parametrize("path", ["/transcribe", "/inspect", "/v1/audio/transcriptions", "/audio-classification"])
def test_every_interface_takes_a_channel(client: TestClient, path: str) -> None:
    answer = client.post(path, params={"channel": "5"}, files={"file": CLIP})

    assert answer.status_code == 422
    assert "the recording has no channel 5; it has one channel, 0" in answer.text


@pytest.mark.parametrize("channel", ["8", "-1", "middle", "", "1.5"])
def test_a_channel_that_can_not_be_is_answered_with_those_that_can(client: TestClient, channel: str) -> None:
    answer = client.post("/transcribe", params={"channel": channel}, content=CLIP)

    assert answer.status_code == 422
    assert "channel must be left, right, mean, best or a number from 0 to 7" in answer.json()["detail"]
