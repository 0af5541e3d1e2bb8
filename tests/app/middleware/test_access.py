"""Without a key nothing is read or accepted; with one all is as before; addresses that hold no secret stay open."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.types import Message
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app.main import create_app
from app.middleware.access import Access
from app.middleware.api_keys import ApiKeys
from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.serving import errors_in, serving, stream_url
from tests.signals import encode, noise

KEY = "first-key-of-the-house"
RIGHT = {"Authorization": f"Bearer {KEY}"}
WRONG = {"Authorization": f"Bearer {KEY[:-1]}"}
AS_SUBPROTOCOL = f"bearer.{base64.urlsafe_b64encode(KEY.encode()).decode().rstrip('=')}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "keys").write_text(f"{KEY}\n")
    return Settings(api_keys_file=tmp_path / "keys")


@pytest.fixture
def locked(recognizer: Recognizer, settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, recognizer)) as client:
        yield client


def test_with_a_key_a_clip_is_heard(locked: TestClient) -> None:
    answer = locked.post("/transcribe", content=encode(noise()), headers=RIGHT)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/transcribe"), ("POST", "/inspect"), ("GET", "/labels"), ("GET", "/metrics"), ("PUT", "/nowhere")],
)
def test_without_a_key_every_other_path_is_401_that_says_how(locked: TestClient, method: str, path: str) -> None:
    answer = locked.request(method, path)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="heed"')
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Authorization: Bearer KEY" in answer.json()["detail"]


def test_a_wrong_key_is_said_to_be_wrong(locked: TestClient) -> None:
    answer = locked.get("/labels", headers=WRONG)

    assert answer.headers["www-authenticate"] == 'Bearer realm="heed", error="invalid_token"'
    assert "unknown API key" in answer.json()["detail"]
    assert KEY[:-1] not in str([answer.text, answer.headers])


@pytest.mark.parametrize("query", [f"key={KEY}", f"access_token={KEY}", f"api_key={KEY}"])
def test_a_key_in_the_query_or_a_cookie_opens_nothing(locked: TestClient, query: str) -> None:
    answer = locked.get(f"/labels?{query}", headers={"Cookie": query})

    assert answer.status_code == 401
    assert KEY not in str([answer.text, answer.headers])


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/docs", "/openapi.json", "/livez", "/readyz", "/healthz"])
def test_health_and_the_page_stay_open(locked: TestClient, path: str) -> None:
    assert locked.get(path).status_code in (200, 503)


async def never(*_: object) -> Any:
    pytest.fail("a request without a key goes no further")


def test_nothing_is_read_of_a_request_without_a_key() -> None:
    sent: list[str] = []

    async def send(message: Message) -> None:
        sent.append(message["type"])

    door = Access(never, ApiKeys([KEY]), RateLimit(None), ConcurrencyLimit(None))
    asyncio.run(door({"type": "http", "path": "/transcribe", "headers": []}, never, send))

    assert sent == ["http.response.start", "http.response.body"]


def test_a_stream_without_a_key_is_refused_in_its_handshake(locked: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as refused, locked.websocket_connect("/stream", headers={**WRONG}):
        pass

    assert (refused.value.status_code, refused.value.json()["status"]) == (401, 401)


def test_a_stream_opens_with_a_key_in_its_header(locked: TestClient) -> None:
    with locked.websocket_connect("/stream", headers={**RIGHT}) as stream:
        stream.send_bytes(bytes(3200))

        assert "partial" in stream.receive_json()


def test_a_stream_opens_with_a_key_as_its_subprotocol_and_answers_with_the_other(locked: TestClient) -> None:
    with locked.websocket_connect("/stream", subprotocols=["heed", AS_SUBPROTOCOL]) as stream:
        assert stream.accepted_subprotocol == "heed"


def test_the_server_answers_a_handshake_without_a_key_by_401_and_logs_no_key(
    settings: Settings, recognizer: Recognizer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with serving(create_app(settings, recognizer)) as server:
        with pytest.raises(InvalidStatus) as refused:
            connect(f"{stream_url(server)}?key={KEY}", additional_headers=WRONG)
        with connect(f"{stream_url(server)}?key={KEY}", additional_headers=RIGHT):
            pass

    said = [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")]
    assert refused.value.response.status_code == 401
    assert any("/stream" in line for line in said)
    assert KEY[:-1] not in str(said)
    assert errors_in(caplog) == []


def limited(recognizer: Recognizer, **settings: Any) -> TestClient:
    return TestClient(create_app(Settings(**settings), recognizer))


def test_a_client_that_asks_too_often_is_told_when_to_ask_again(recognizer: Recognizer) -> None:
    client = limited(recognizer, max_requests_per_second=0.01)

    first, second = client.get("/labels"), client.get("/labels")

    assert (first.status_code, second.status_code) == (200, 429)
    assert 90 < int(second.headers["retry-after"]) <= 100
    assert second.headers["content-type"] == "application/problem+json"
    assert f"ask again in {second.headers['retry-after']} s" in second.json()["detail"]


def test_health_and_the_page_are_not_counted(recognizer: Recognizer) -> None:
    client = limited(recognizer, max_requests_per_second=0.01)

    statuses = [client.get(path).status_code for path in ("/livez", "/", "/page/main.js", "/livez", "/labels")]

    assert statuses == [200, 200, 200, 200, 200]


def test_an_open_stream_counts_until_it_ends_and_another_handshake_is_429(recognizer: Recognizer) -> None:
    client = limited(recognizer, max_concurrent=1)

    with client.websocket_connect("/stream"):
        other = client.get("/labels")
        with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/stream"):
            pass
    afterwards = client.get("/labels")

    assert (other.status_code, refused.value.status_code, afterwards.status_code) == (429, 429, 200)
    assert refused.value.headers["retry-after"] == "1"


def test_a_client_that_guesses_keys_is_not_told_when_one_is_right(recognizer: Recognizer, settings: Settings) -> None:
    client = TestClient(create_app(settings.model_copy(update={"max_requests_per_second": 0.01}), recognizer))

    statuses = [client.get("/labels", headers=headers).status_code for headers in ({}, WRONG, RIGHT, WRONG)]

    assert statuses == [401, 401, 429, 429]


def test_each_key_has_its_own_limit_wherever_it_is_used(recognizer: Recognizer, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{KEY}\nsecond-key-of-the-house\n")
    client = limited(recognizer, api_keys_file=tmp_path / "keys", max_requests_per_second=0.01)
    other = {"Authorization": "Bearer second-key-of-the-house"}

    statuses = [client.get("/labels", headers=headers).status_code for headers in (RIGHT, RIGHT, other)]

    assert statuses == [200, 429, 200]
