"""A body is counted as it arrives; over the limit is a 413 before anything is parsed."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from app.main import create_app
from app.middleware.body_limit import BodyLimit
from app.refusals import BodyTooLarge
from app.routers.clip import FORM_BYTES
from app.settings import Settings
from model.recognizer import Recognizer

MAX_CLIP_BYTES = 10_000
SOUND = {"content-type": "audio/wav"}


@pytest.fixture
def client(recognizer: Recognizer) -> TestClient:
    return TestClient(create_app(Settings(max_clip_bytes=MAX_CLIP_BYTES), recognizer))


def pieces(n_bytes: int) -> Iterator[bytes]:
    """A body without a declared length."""
    yield from (bytes(1000) for _ in range(n_bytes // 1000))


async def read_all(_: Scope, receive: Receive, __: Send) -> None:
    while (await receive())["more_body"]:
        pass


async def no_send(_: Message) -> None:
    pytest.fail("the limit raises and does not answer")


def test_a_clip_at_the_limit_is_read(client: TestClient) -> None:
    answers = [
        client.post("/transcribe", content=bytes(MAX_CLIP_BYTES), headers=SOUND),
        client.post("/transcribe", files={"file": bytes(MAX_CLIP_BYTES)}),
    ]

    assert [answer.json()["type"] for answer in answers] == 2 * ["urn:heed:not-audio"]


def test_a_clip_one_byte_over_the_limit_is_413(client: TestClient) -> None:
    answers = [
        client.post("/transcribe", content=bytes(MAX_CLIP_BYTES + 1), headers=SOUND),
        client.post("/transcribe", files={"file": bytes(MAX_CLIP_BYTES + 1)}),
    ]

    assert [answer.status_code for answer in answers] == [413, 413]
    assert all(str(MAX_CLIP_BYTES) in answer.json()["detail"] for answer in answers)


def test_a_body_of_undeclared_length_is_read_no_further_than_the_limit() -> None:
    n_read = 0

    async def receive() -> Message:
        nonlocal n_read
        n_read += 1
        return {"type": "http.request", "body": bytes(1000), "more_body": n_read < 100}

    app = BodyLimit(read_all, max_bytes=MAX_CLIP_BYTES, max_held_bytes=MAX_CLIP_BYTES, upload_seconds=30)
    with pytest.raises(BodyTooLarge):
        asyncio.run(app({"type": "http", "headers": [(b"transfer-encoding", b"chunked")]}, receive, no_send))

    assert n_read == 11


def test_a_body_of_undeclared_length_over_the_limit_is_413(client: TestClient) -> None:
    answer = client.post("/transcribe", content=pieces(2 * FORM_BYTES), headers=SOUND)

    assert "content-length" not in answer.request.headers
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_over_the_limit_is_413_before_it_is_parsed(client: TestClient) -> None:
    form = {"content-type": "multipart/form-data; boundary=x"}

    answer = client.post("/transcribe", content=b"no form" + bytes(MAX_CLIP_BYTES + FORM_BYTES), headers=form)

    assert answer.status_code == 413


def test_a_declared_length_over_the_limit_is_refused_unread(client: TestClient) -> None:
    headers = SOUND | {"content-length": str(10**12)}

    answer = client.post("/transcribe", content=b"RIFF", headers=headers)

    assert answer.status_code == 413


def test_a_declared_length_that_lies_does_not_raise_the_limit(client: TestClient) -> None:
    headers = SOUND | {"content-length": "4"}

    answer = client.post("/transcribe", content=bytes(2 * FORM_BYTES), headers=headers)

    assert answer.status_code == 413
    assert "the request's body" in answer.json()["detail"]
