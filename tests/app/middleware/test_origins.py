"""Pages of the service and of listed origins may use it, other pages may not; programs are not concerned."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.signals import encode, noise

LISTED, FOREIGN = "https://home.example", "https://evil.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
def client_with(recognizer: Recognizer) -> Callable[..., TestClient]:
    return lambda **settings: TestClient(create_app(Settings(**settings), recognizer))


def post(client: TestClient, origin: str) -> Any:
    return client.post("/transcribe", content=encode(noise()), headers={"Origin": origin, "Content-Type": "text/plain"})


@pytest.mark.parametrize("origin", ["http://testserver", "https://TESTSERVER", LISTED])
def test_own_and_listed_pages_may_send_clips_and_open_streams(
    client_with: Callable[..., TestClient], origin: str
) -> None:
    client = client_with(cors_origins=(LISTED,))

    with client.websocket_connect("/stream", headers={"Origin": origin}) as stream:
        stream.send_bytes(bytes(3200))
        partial = stream.receive_json()

    assert "partial" in partial
    assert post(client, origin).status_code == 415  # of its type: it was let through


@pytest.mark.parametrize("origin", [FOREIGN, "null", "https://testserver.evil.example", "http://testserver:81", ""])
@pytest.mark.parametrize("listed", [(), (LISTED,)])
def test_other_pages_may_not(client_with: Callable[..., TestClient], origin: str, listed: tuple[str, ...]) -> None:
    client = client_with(cors_origins=listed)

    answer = post(client, origin)
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect("/stream", headers={"Origin": origin}),
    ):
        pass

    assert (answer.status_code, refused.value.status_code) == (403, 403)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in answer.headers


def test_programs_send_no_origin_and_are_let_through(client_with: Callable[..., TestClient]) -> None:
    answer = client_with().post("/transcribe", content=encode(noise()))

    assert answer.status_code == 200


def test_unless_origins_are_listed_no_answer_is_for_another_page(client_with: Callable[..., TestClient]) -> None:
    answer = client_with().get("/labels", headers={"Origin": FOREIGN})

    assert not any(name.startswith("access-control") for name in answer.headers)


def test_a_listed_page_may_read_answers_also_the_refusals(
    client_with: Callable[..., TestClient], tmp_path: Path
) -> None:
    (tmp_path / "keys").write_text("first-key-of-the-house")
    client = client_with(cors_origins=(LISTED,), api_keys_file=tmp_path / "keys")

    answer = client.get("/labels", headers={"Origin": LISTED})

    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == LISTED


@pytest.mark.parametrize(("origin", "status"), [(LISTED, 200), (FOREIGN, 400)])
def test_a_browser_may_ask_without_a_key_whether_it_may_send_one(
    client_with: Callable[..., TestClient], tmp_path: Path, origin: str, status: int
) -> None:
    (tmp_path / "keys").write_text("first-key-of-the-house")
    client = client_with(cors_origins=(LISTED,), api_keys_file=tmp_path / "keys")

    answer = client.options("/transcribe", headers=PREFLIGHT | {"Origin": origin})

    assert answer.status_code == status
    assert (answer.headers.get("access-control-allow-origin") == origin) is (status == 200)
