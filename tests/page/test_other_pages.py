"""A page of another site may use the service once its origin is listed, as the documentation says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Error

from tests.app.ports import free_port
from tests.page.conftest import EXAMPLES, serving

DOCUMENTATION = Path(__file__).parent.parent.parent / "docs/http-api.md"


class OnePage(BaseHTTPRequestHandler):
    content = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the tests' output clean."""


@contextmanager
def another_site(content: str = "") -> Iterator[str]:
    handler = type("Page", (OnePage,), {"content": content.encode()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def script(service: str) -> str:
    """The documentation's script as a function of the bytes of a recording, which returns what it would log."""
    (code,) = re.findall(r"```js\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)
    code = code.replace("http://heed.local:8000", service).replace("console.log(", "return (")
    return f"async (bytes) => {{ const recording = new Blob([new Uint8Array(bytes)]); {code} }}"


@pytest.fixture
def left() -> list[int]:
    return list((EXAMPLES / "left.wav").read_bytes())


def test_a_listed_page_sends_a_recording_as_documented(browser: Browser, left: list[int]) -> None:
    with another_site() as site, serving(free_port(), cors_origins=site) as service, browser.new_context() as context:
        page = context.new_page()
        page.goto(site)

        text = page.evaluate(script(service), left)

    assert text == "left"


def test_another_page_is_refused(browser: Browser, service: str, left: list[int]) -> None:
    with another_site() as site, browser.new_context() as context:
        page = context.new_page()
        page.goto(site)

        with pytest.raises(Error, match="Failed to fetch"):
            page.evaluate(script(service), left)


def test_a_page_that_had_its_name_point_to_the_service_is_refused(browser: Browser, service: str) -> None:
    rebound = service.replace("127.0.0.1", "evil.example")
    with browser.new_context() as context:
        page = context.new_page()

        page.goto(rebound)
        shown = page.locator("body").inner_text()

    assert "evil.example" in shown
    assert "HEED_HOSTS" in shown
