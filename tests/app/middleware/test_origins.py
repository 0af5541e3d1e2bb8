"""Pages of the service and of listed origins may use it, other pages may not; programs are not concerned."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.main import create_app
from app.middleware.origins import checked_origin
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


@pytest.mark.parametrize(("origin", "status"), [(LISTED, 200), (FOREIGN, 403)])
def test_a_browser_may_ask_without_a_key_whether_it_may_send_one(
    client_with: Callable[..., TestClient], tmp_path: Path, origin: str, status: int
) -> None:
    (tmp_path / "keys").write_text("first-key-of-the-house")
    client = client_with(cors_origins=(LISTED,), api_keys_file=tmp_path / "keys")

    answer = client.options("/transcribe", headers=PREFLIGHT | {"Origin": origin})

    assert answer.status_code == status
    assert (answer.headers.get("access-control-allow-origin") == origin) is (status == 200)


@pytest.mark.parametrize("listed", [(), (LISTED,)])
def test_a_browser_that_asks_for_another_page_is_told_the_setting(
    client_with: Callable[..., TestClient], listed: tuple[str, ...]
) -> None:
    answer = client_with(cors_origins=listed).options("/transcribe", headers=PREFLIGHT | {"Origin": FOREIGN})

    assert answer.status_code == 403
    assert "HEED_CORS_ORIGINS lists" in answer.json()["detail"]


@pytest.mark.parametrize("origin", ["https://home.example", "http://panel:8080", "http://[::1]:3000", "http://h.e:443"])
def test_an_origin_as_browsers_send_it_may_be_listed(origin: str) -> None:
    assert checked_origin(origin) == origin


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("https://home.example/", "https://home.example"),
        ("https://home.example/panel?a#b", "https://home.example"),
        ("HTTPS://Home.example", "https://home.example"),
        ("https://home.example:443", "https://home.example"),
        ("http://[::1]:80/", "http://[::1]"),
        ("home.example/", "https://home.example or http://home.example"),
        ("localhost:3000", "https://localhost:3000 or http://localhost:3000"),
    ],
)
def test_an_origin_that_no_browser_sends_is_refused_with_the_right_one(text: str, right: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(right)}$"):
        checked_origin(text)


@pytest.mark.parametrize("text", ["*", "https://*", "https://*.home.example"])
def test_a_star_is_refused_with_the_danger(text: str) -> None:
    with pytest.raises(ValueError, match=r"each origin, such as https://home\.example; \* would let in every page"):
        checked_origin(text)


@pytest.mark.parametrize(
    "text", ["", "null", "https://", "ftp://home.example", "https://a@home.example", "https://a b"]
)
def test_what_is_no_origin_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"(origins such as|with its scheme,) https://"):
        checked_origin(text)
