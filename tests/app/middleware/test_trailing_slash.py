"""A slash at the end of a path changes nothing: no redirect, no other route, no other count."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.signals import encode, noise


@pytest.mark.parametrize("path", ["/labels/", "/livez/", "/openapi.json/"])
def test_it_is_answered_like_the_path_without(client: TestClient, path: str) -> None:
    answers = [client.get(spelling, follow_redirects=False) for spelling in (path, path[:-1])]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


def test_a_clip_needs_no_redirect(client: TestClient) -> None:
    answer = client.post("/transcribe/?top_k=2", content=encode(noise()), follow_redirects=False)

    assert answer.status_code == 200
    assert len(answer.json()["alternatives"]) == 2


def test_a_browser_is_redirected_to_the_documentation_whose_links_are_relative(client: TestClient) -> None:
    answer = client.get("/docs/", follow_redirects=False)

    assert (answer.status_code, answer.headers["Location"]) == (307, "http://testserver/docs")


def test_it_is_counted_under_the_same_route(client: TestClient) -> None:
    client.get("/labels/")

    text = client.get("/metrics").text
    assert 'route="/labels",status="200"} 1.0' in text
    assert "unmatched" not in text


def test_a_stream_begins(client: TestClient) -> None:
    with client.websocket_connect("/stream/") as socket:
        socket.send_text('{"eof": 1}')
        answer = socket.receive_json()

    assert answer["text"] == ""


def test_it_does_not_lead_around_the_keys(recognizer: Recognizer, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("0123456789abcdef\n")
    client = TestClient(create_app(Settings(api_keys_file=tmp_path / "keys"), recognizer))

    answers = [client.get(path).status_code for path in ("/labels/", "/livez/", "/")]

    assert answers == [401, 200, 200]


def test_a_path_that_is_not_there_stays_so(client: TestClient) -> None:
    answer = client.get("/nowhere/", follow_redirects=False)

    assert answer.status_code == 404
