"""A real Prometheus has an answer to every expression of the dashboard, while the service has work."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from websockets.sync.client import connect

from benchmarks.clips import EXAMPLE
from benchmarks.service import Service, free_port, heed

DEPLOY = Path(__file__).parent.parent / "deploy"
PANELS = json.loads((DEPLOY / "grafana/dashboards/heed.json").read_text())["panels"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
PATIENCE_SECONDS = 20.0
MISSING = not (shutil.which("prometheus") and shutil.which("promtool"))

pytestmark = pytest.mark.skipif(MISSING, reason="there is no prometheus here (Debian: apt-get install prometheus)")


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Prometheus with heed's configuration, but for its intervals, that watches a service at work."""
    folder = tmp_path_factory.mktemp("prometheus")
    with heed(workers=2) as service:
        config = (DEPLOY / "prometheus.yml").read_text().replace("heed:8000", f"127.0.0.1:{service.port}")
        (folder / "prometheus.yml").write_text(config.replace("15s", "1s"))
        subprocess.run(["promtool", "check", "config", folder / "prometheus.yml"], check=True, capture_output=True)
        port = free_port()
        options = [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}"]
        command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", *options]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            is_over = Event()
            worker = Thread(target=_work, args=(service, is_over))
            worker.start()
            yield port
            is_over.set()
            worker.join()
            process.terminate()


def _work(service: Service, is_over: Event) -> None:
    """Send clips, mistakes and streams, a few a second."""
    clip = EXAMPLE.read_bytes()
    while not is_over.wait(0.2):
        for method, path, body in (("POST", "/transcribe", clip), ("POST", "/transcribe", b""), ("GET", "/x", b"")):
            with closing(HTTPConnection("127.0.0.1", service.port, timeout=10)) as connection:
                connection.request(method, path, body, {"Content-Type": "audio/wav"})
                connection.getresponse().read()
        with connect(f"ws://127.0.0.1:{service.port}/stream") as stream:
            stream.send(clip[44:] + bytes(16_000))
            stream.recv()
            stream.send('{"eof": 1}')
            stream.recv()


def _numbers(port: int, expression: str) -> list[str]:
    """The values of an expression; it is asked again for a while, because Prometheus may not have looked yet."""
    query = quote(expression.replace("$__rate_interval", "15s"))
    end = time.monotonic() + PATIENCE_SECONDS
    numbers = list[str]()
    while not numbers and time.monotonic() < end:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/api/v1/query?query={query}", timeout=10) as answer:
            values = [series["value"][1] for series in json.load(answer)["data"]["result"]]
            numbers = [value for value in values if value != "NaN"]
        time.sleep(0.1)
    return numbers


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_of_the_dashboard_has_an_answer(prometheus: int, expression: str) -> None:
    assert _numbers(prometheus, expression) != []
