"""Every answer has its request id, and every request one line in the log without any of its content."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from websockets.sync.client import connect

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.serving import end_of, serving, stream_url
from tests.app.stubs import Broken, Ears, Hearing
from tests.signals import encode, tone

CLIP = encode(tone())


def client_of(recognizer: Recognizer, **settings: Any) -> TestClient:
    return TestClient(create_app(Settings(**settings), recognizer), raise_server_exceptions=False)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    answer = client_of(Hearing("left", 0.9)).post("/transcribe?threshold=0.1234", content=CLIP)

    (line,) = lines(capsys)
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "POST", "/transcribe", 200)
    assert (line["bytes_in"], line["client"]) == (len(CLIP), "testclient")
    assert line["duration_ms"] > 0
    assert line["request_id"] == answer.headers["x-request-id"]
    assert not any(word in json.dumps(line) for word in ("left", "0.1234"))


@pytest.mark.parametrize("own", ["a", "7f3c-1.2_x:y/z+w=@", 128 * "a"])
def test_a_client_s_request_id_is_kept(own: str) -> None:
    answer = client_of(Hearing("left", 0.9)).get("/livez", headers={"X-Request-ID": own})

    assert answer.headers["x-request-id"] == own


@pytest.mark.parametrize("own", ["", 129 * "a", "a b", 'a"b', "a;b", "\xe9", "a\x1b[2J"])
def test_another_is_replaced(own: str) -> None:
    answer = client_of(Hearing("left", 0.9)).get("/livez", headers=[(b"X-Request-ID", own.encode("latin-1"))])

    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/transcribe", 405), ("POST", "/transcribe", 500)]
)
def test_errors_and_faults_have_ids_and_lines_too(
    capsys: pytest.CaptureFixture[str], method: str, path: str, status: int
) -> None:
    answer = client_of(Broken()).request(method, path, content=CLIP if method == "POST" else None)

    (line,) = lines(capsys)
    assert (answer.status_code, line["status"]) == (status, status)
    assert line["request_id"] == answer.headers["x-request-id"]


def test_what_a_client_writes_into_its_path_breaks_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    client_of(Hearing("left", 0.9)).get("/%0a%7b%22event%22:1%7d%1b?key=s3cret")

    (line,) = lines(capsys)
    assert line["path"] == "/%0a%7b%22event%22:1%7d%1b"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz", "/metrics"])
def test_monitoring_writes_no_lines(capsys: pytest.CaptureFixture[str], path: str) -> None:
    client_of(Hearing("left", 0.9)).get(path)
    client_of(Hearing("left", 0.9), log_level="debug").get(path)

    assert [line["level"] for line in lines(capsys)] == ["debug"]


def test_a_stream_is_one_line_at_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with client_of(Recognizer(Ears())).websocket_connect("/stream?key=s3cret") as socket:
        socket.send_bytes(bytes(32_000))
        socket.receive_text()
        socket.send_text('{"eof": 1}')
        socket.receive_text()

    (line,) = lines(capsys)
    assert (line["event"], line["code"], line["seconds"], line["commands"]) == ("stream", 1000, 1.0, 0)
    assert line["request_id"]


def test_a_stream_that_the_service_ends_says_with_which_code(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(create_app(Settings(), Recognizer(Ears()))) as server, connect(stream_url(server)) as client:
        own = client.response.headers["x-request-id"] if client.response else None
        server.should_exit = True
        end_of(client)

    (line,) = lines(capsys)
    assert (line["event"], line["code"], line["request_id"]) == ("stream", 1012, own)


def test_a_stream_that_is_nowhere_is_a_request_that_was_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WebSocketDisconnect), client_of(Recognizer(Ears())).websocket_connect("/nowhere"):
        pass

    (line,) = lines(capsys)
    assert (line["event"], line["path"], line["status"]) == ("request", "/nowhere", 403)


@pytest.mark.parametrize("origin", ["https://evil.example", "https://evil.example\x1b[2J"])
def test_a_refused_page_is_named_with_the_reason(capsys: pytest.CaptureFixture[str], origin: str) -> None:
    client_of(Hearing("left", 0.9)).post("/transcribe", content=CLIP, headers={"Origin": origin})

    (line,) = lines(capsys)
    assert line["status"] == 403
    assert "pages of https://evil.example" in line["reason"]
    assert "may not use this service at testserver" in line["reason"]
    assert "\x1b" not in line["reason"]


def test_a_refused_stream_has_its_reason_too(capsys: pytest.CaptureFixture[str]) -> None:
    client = client_of(Hearing("left", 0.9))
    with (
        pytest.raises(WebSocketDenialResponse),
        client.websocket_connect("/stream", headers={"Origin": "https://evil.example"}),
    ):
        pass

    (line,) = lines(capsys)
    assert line["reason"].startswith("pages of https://evil.example may not")


def test_a_wrong_key_is_refused_in_the_log_without_the_key(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("first-key-of-the-house")
    client = client_of(Hearing("left", 0.9), api_keys_file=tmp_path / "keys")

    client.get("/labels", headers={"Authorization": "Bearer s3cret-key-of-a-guest"})

    (line,) = lines(capsys)
    assert (line["status"], line["reason"]) == (401, "unknown API key")
    assert "s3cret" not in json.dumps(line)
