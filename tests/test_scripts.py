"""Scripts and pins keep their promises to a newcomer, checked without building anything."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parent.parent


@contextmanager
def service(answer: bytes) -> Iterator[str]:
    """The address of a server that gives one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def smoke(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "scripts/smoke", *arguments], capture_output=True, text=True, timeout=30, cwd="/")


def test_smoke_passes_a_service_that_hears_the_example() -> None:
    with service(b'{"text": "left", "label": "left"}') as url:
        result = smoke(url)

    assert (result.returncode, result.stderr) == (0, "")


def test_smoke_fails_a_service_that_hears_another_word_and_shows_the_answer() -> None:
    with service(b'{"text":"","label":"left"}') as url:
        result = smoke(url)

    assert result.returncode == 1
    assert 'got: {"text":"","label":"left"}' in result.stderr


def test_smoke_without_an_address_says_how_to_use_it() -> None:
    result = smoke()

    assert (result.returncode, result.stdout) == (2, "")
    assert "for example: scripts/smoke http://127.0.0.1:8000" in result.stderr


def test_every_requirement_is_pinned_to_one_version_once() -> None:
    files = ["requirements.txt", "requirements-dev.txt", "constraints.txt"]
    lines = [line for name in files for line in (ROOT / name).read_text().splitlines()]

    pins = [line for line in lines if not line.startswith(("#", "-r ", "-c "))]

    assert all(re.fullmatch(r"[\w-]+(\[\w+\])?==\d[\w.]*", pin) for pin in pins)
    names = [re.split(r"[\[=]", pin)[0].lower().replace("_", "-") for pin in pins]
    assert sorted(names) == sorted(set(names))
