# ruff: noqa: T201
"""The dashboard in, a table out of what each of its expressions answers about a service under load.

    python -m tests.dashboard

Needs Prometheus (Debian: ``apt-get install prometheus``; its own service need not run). Ends with 1 if an expression
has no answer: then it asks for something that heed does not count.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from websockets.sync.client import connect

from benchmarks.clips import EXAMPLE
from benchmarks.service import Service, free_port, heed
from benchmarks.table import table

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "heed.json"
LOAD_S = 20.0
PATIENCE_S = 30.0


def main() -> int:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    expressions = [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]
    with heed(workers=2) as service, prometheus(service) as port:
        _load(service)
        rows = [(title, expression, _answer(port, expression)) for title, expression in expressions]
    print(table(["panel", "expression", "series"], [(title, f"`{text}`", str(n)) for title, text, n in rows]))
    return int(any(n == 0 for *_, n in rows))


@contextmanager
def prometheus(service: Service) -> Iterator[int]:
    """Prometheus with heed's own configuration, but for the address and a second instead of 15; its port."""
    config = (DEPLOY / "prometheus.yml").read_text().replace("heed:8000", f"127.0.0.1:{service.port}")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "prometheus.yml")
        file.write_text(config.replace("15s", "1s"))
        subprocess.run(["promtool", "check", "config", str(file)], check=True, capture_output=True)
        options = [f"--config.file={file}", f"--storage.tsdb.path={folder}", f"--web.listen-address=127.0.0.1:{port}"]
        process = subprocess.Popen(["prometheus", *options], stderr=subprocess.DEVNULL)
        try:
            yield port
        finally:
            process.terminate()
            process.wait(10)


def _load(service: Service) -> None:
    """Clips, mistakes and a stream at a time, until rates can be told."""
    clip, end = EXAMPLE.read_bytes(), time.monotonic() + LOAD_S
    while time.monotonic() < end:
        for method, path, body in (("POST", "/transcribe", clip), ("POST", "/transcribe", b""), ("GET", "/x", b"")):
            connection = HTTPConnection("127.0.0.1", service.port, timeout=10)
            connection.request(method, path, body, {"Content-Type": "audio/wav"})
            connection.getresponse().read()
            connection.close()
        with connect(f"ws://127.0.0.1:{service.port}/stream") as stream:
            stream.send(clip[44:] + bytes(16_000))
            stream.recv()
            stream.send('{"eof": 1}')
            stream.recv()


def _answer(port: int, expression: str) -> int:
    """How many series with a number it has; asked again for a while, because Prometheus may not have looked yet."""
    query = quote(expression.replace("$__rate_interval", "15s"))
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/api/v1/query?query={query}", timeout=10) as answer:
            series = json.load(answer)["data"]["result"]
            if n_numbers := len([one for one in series if one["value"][1] != "NaN"]):
                return n_numbers
        time.sleep(0.5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
