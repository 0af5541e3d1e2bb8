"""``python -m app`` runs one process or several, and a signal ends them all."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close
from websockets.sync.client import connect

from app.server.websocket import STOPPING
from tests.app.ports import free_port
from tests.signals import encode, noise


def is_ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz", verify=False).status_code == 200
    except httpx2.TransportError:
        return False


@contextmanager
def service(model: Path, n_workers: int, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service when it is ready, in a process group of its own, and its address."""
    port = free_port()
    environment = os.environ | {"HEED_MODEL": str(model), "HEED_PORT": str(port), "HEED_WORKERS": str(n_workers)}
    environment |= {f"HEED_{name.upper()}": value for name, value in settings.items()}
    command, scheme = [sys.executable, "-m", "app"], "https" if "tls_certificate" in settings else "http"
    url = f"{scheme}://127.0.0.1:{port}"
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            end = time.monotonic() + 60
            while not is_ready(url) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            yield process, url
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("n_workers", [1, 2])
@pytest.mark.parametrize(
    ("stop", "send"),
    [
        pytest.param(signal.SIGINT, os.killpg, id="Ctrl-C, which reaches all processes"),
        pytest.param(signal.SIGTERM, os.kill, id="SIGTERM to the first process alone"),
    ],
)
def test_a_signal_ends_the_service_without_a_traceback(
    exported: Path, n_workers: int, stop: signal.Signals, send: Callable[[int, int], None]
) -> None:
    with service(exported, n_workers) as (process, url), connect(f"{url}/stream".replace("http", "ws")) as stream:
        answer = httpx2.post(f"{url}/transcribe", content=encode(noise()))
        stream.send(bytes(32_000))
        partial = json.loads(stream.recv(timeout=5))

        send(process.pid, stop)
        log = process.communicate(timeout=20)[1]
        with pytest.raises(ConnectionClosed) as end:
            stream.recv(timeout=5)

    assert answer.status_code == 200
    assert partial["heed"]["seconds"] == 1.0
    assert end.value.rcvd == Close(1012, STOPPING)
    assert process.returncode == 0
    assert log.count("Application shutdown complete") == log.count("Application startup complete") > 0
    assert "Traceback" not in log


def test_whichever_process_is_asked_the_metrics_are_those_of_all(exported: Path) -> None:
    with service(exported, 2) as (process, url):
        statuses = [httpx2.post(f"{url}/transcribe", content=encode(noise())).status_code for _ in range(20)]
        seen = {httpx2.get(f"{url}/metrics").text.count('"/transcribe",status="200"} 20.0') for _ in range(10)}
        process.terminate()
        log = process.communicate(timeout=20)[1].splitlines()

    assert statuses == 20 * [200]
    assert seen == {1}
    assert [json.loads(line)["event"] for line in log].count("request") == 20


@pytest.mark.parametrize("n_workers", [1, 2])
@pytest.mark.parametrize("content", [None, b"", b"no checkpoint at all"])
def test_without_a_checkpoint_it_ends_with_one_line_and_code_1(
    tmp_path: Path, n_workers: int, content: bytes | None
) -> None:
    path = tmp_path / "heed.onnx"
    path.write_bytes(content) if content is not None else None

    with service(path, n_workers) as (process, _):
        log = process.communicate(timeout=20)[1]

    assert process.returncode == 1
    assert log.count("\n") == 1
    assert "heed.onnx" in log
    assert "HEED_MODEL" in log
