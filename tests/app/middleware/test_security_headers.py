"""Every answer, good or bad, lets a browser show or read it and do nothing else with it."""

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.main import create_app
from app.middleware.security_headers import HEADERS
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.stubs import Broken
from tests.signals import encode, noise


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/transcribe", 200),
        ("GET", "/labels", 200),
        ("GET", "/livez", 200),
        ("GET", "/openapi.json", 200),
        ("POST", "/transcribe?threshold=2", 422),
        ("GET", "/nowhere", 404),
        ("PUT", "/labels", 405),
    ],
)
def test_each_answer_of_the_api_has_the_headers(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path, content=encode(noise()))

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_fault_has_them_too() -> None:
    client = TestClient(create_app(Settings(), Broken()), raise_server_exceptions=False)

    answer = client.post("/transcribe", content=encode(noise()))

    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_refused_handshake_has_them_too(client: TestClient) -> None:
    foreign = {"Origin": "https://evil.example"}

    with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/stream", headers=foreign):
        pass

    assert {name: refused.value.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/", "/docs", "/page/main.js"])
def test_the_page_keeps_its_own_policy_and_has_the_rest(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert headers["cache-control"] == "no-cache"
    rest = HEADERS.keys() - {"Content-Security-Policy", "Cache-Control"}
    assert {name: headers.get(name) for name in rest} == {name: HEADERS[name] for name in rest}


def test_no_documentation_is_loaded_from_another_host(client: TestClient, recognizer: Recognizer) -> None:
    assert "://" not in client.get("/docs").text
    assert client.get("/redoc").status_code == 404
