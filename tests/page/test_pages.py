"""The page's files are served whole and typed, with ETags and a policy for browsers."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.errors import HANDLERS
from app.routers import pages

REFERENCE = re.compile(r"""(?:src|href)="page/([^"]+)"|(?:from |URL\()"(?:\./)?([\w.-]+\.js)\"""")


@pytest.fixture
def client() -> TestClient:
    app = FastAPI(exception_handlers=HANDLERS)
    app.include_router(pages.page_routes())
    return TestClient(app)


def test_the_root_is_the_page(client: TestClient) -> None:
    answer = client.get("/")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")


def test_a_browser_may_load_from_here_alone_and_the_microphone_is_for_this_page_alone(client: TestClient) -> None:
    headers = client.get("/").headers

    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["permissions-policy"].startswith("microphone=(self)")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("main.js", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("heed.webmanifest", "application/manifest+json"),
        ("left.wav", "audio/wav"),
    ],
)
def test_each_part_has_its_type(client: TestClient, name: str, media_type: str) -> None:
    answer = client.get(f"/page/{name}")

    assert answer.headers["content-type"] == media_type


def test_whatever_the_page_names_is_there(client: TestClient) -> None:
    files = [file.read_text() for file in pages.PAGE.iterdir()]
    names = {name for file in files for match in REFERENCE.findall(file) for name in match if name}

    statuses = {name: client.get(f"/page/{name}").status_code for name in names}

    assert len(names) > 10
    assert set(statuses.values()) == {200}


def test_nothing_of_the_page_names_another_host() -> None:
    addresses = {address for file in pages.PAGE.iterdir() for address in re.findall(r"\w+://[\w.]+", file.read_text())}

    assert addresses == {"http://www.w3.org"}  # the name of SVG; nothing is loaded from it


def test_what_a_browser_has_already_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/page/main.js")

    second = client.get("/page/main.js", headers={"If-None-Match": first.headers["etag"]})
    other = client.get("/page/main.js", headers={"If-None-Match": '"another"'})

    assert first.headers["cache-control"] == "no-cache"
    assert (second.status_code, second.content) == (304, b"")
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fmain.py", "%2E%2E%2Fpages.py", "%2Fetc%2Fpasswd"])
def test_nothing_else_can_be_asked_for(client: TestClient, name: str) -> None:
    answer = client.get(f"/page/{name}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_example_is_listed_and_served(client: TestClient) -> None:
    names = client.get("/page/examples.json").json()

    contents = [client.get(f"/page/{name}").content for name in names]

    assert "left.wav" in names
    assert all(content.startswith(b"RIFF") for content in contents)


def test_without_examples_there_is_a_page_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "EXAMPLES", tmp_path / "nowhere")
    app = FastAPI()

    app.include_router(pages.page_routes())

    assert TestClient(app).get("/page/examples.json").json() == []
    assert TestClient(app).get("/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/page/main.js"])
def test_who_asks_for_the_head_alone_gets_it(client: TestClient, path: str) -> None:
    head, whole = client.head(path), client.get(path)

    assert head.status_code == 200
    assert head.headers == whole.headers
