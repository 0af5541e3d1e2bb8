"""With a certificate the service speaks HTTPS and wss, takes a new certificate at a SIGHUP, and stops as it should."""

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import trustme
from starlette.types import ASGIApp
from websockets.sync.client import connect

from app.main import create_app
from app.server.supervisor import Supervisor
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.certificates import Files, Kind, issue, shown
from tests.app.raw_socket import UPGRADE, frame, received
from tests.app.server.test_processes import service
from tests.app.serving import errors_in, serving, wait_until
from tests.app.stubs import Ears
from tests.signals import encode, noise

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> Files:
    return issue(tmp_path, authority)


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """Of a client that trusts the authority, and nothing that it did not sign."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def app() -> ASGIApp:
    return create_app(Settings(), Recognizer(Ears()))


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def lines(process: "subprocess.Popen[str]", wanted: str) -> Iterator[str]:
    """The log up to the line that is wanted."""
    assert process.stderr is not None
    for line in process.stderr:
        yield line
        if wanted in line:
            return


def test_requests_and_streams_are_answered_over_tls(exported: Path, files: Files, trusting: ssl.SSLContext) -> None:
    with service(exported, 2, **files.settings) as (process, url):
        answer = httpx2.post(f"{url}/transcribe", content=encode(noise()), verify=trusting)
        with connect(f"{url}/stream".replace("https", "wss"), ssl=trusting) as stream:
            stream.send(bytes(32_000))
            partial = json.loads(stream.recv(timeout=5))
        process.terminate()
        log = process.communicate(timeout=20)[1]

    assert (answer.status_code, partial["heed"]["seconds"], process.returncode) == (200, 1.0, 0)
    assert f"Listening on {url} " in log
    assert "Traceback" not in log


def test_at_a_sighup_all_processes_take_the_new_certificate(
    exported: Path, files: Files, authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    with (
        service(exported, 2, **files.settings) as (process, url),
        connect(f"{url}/stream".replace("https", "wss"), ssl=trusting) as stream,
    ):
        before = shown(port_of(url))
        renewed = issue(files.key.parent, authority, kind=Kind.RSA)  # a key of another kind
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: shown(port_of(url)) == renewed.first, seconds=20)
        time.sleep(0.5)  # for the other process, which may still have been starting
        after = {shown(port_of(url)) for _ in range(30)}
        stream.send(bytes(32_000))
        partial = json.loads(stream.recv(timeout=5))

    assert before != renewed.first
    assert after == {renewed.first}
    assert partial["heed"]["seconds"] == 1.0


def test_an_unusable_certificate_is_not_taken_and_the_log_says_why(exported: Path, files: Files) -> None:
    with service(exported, 1, **files.settings) as (process, url):
        in_use = files.first
        files.certificate.write_text("")
        process.send_signal(signal.SIGHUP)
        log = list(lines(process, "old certificate"))
        after = shown(port_of(url))

    assert f"The old certificate stays in use: {files.certificate} holds no certificate" in log[-1]
    assert after == in_use


def test_a_client_that_reads_nothing_does_not_hold_up_the_end(
    exported: Path, files: Files, trusting: ssl.SSLContext
) -> None:
    with service(exported, 1, drain_seconds="0", **files.settings) as (process, url):
        plain = socket.create_connection(("127.0.0.1", port_of(url)))
        with trusting.wrap_socket(plain, server_hostname="127.0.0.1") as silent:
            silent.sendall(b"GET /livez HTTP/1.1\r\nHost: heed\r\n\r\n")
            process.terminate()
            log = process.communicate(timeout=4)[1]  # before the requests that hang are given up

    assert process.returncode == 0
    assert "exceeded" not in log


@pytest.mark.parametrize("n_signals", [0, 1])
def test_a_terminal_that_closes_stops_the_service_and_any_other_sighup_does_not(
    monkeypatch: pytest.MonkeyPatch, n_signals: int
) -> None:
    supervisor = Supervisor.__new__(Supervisor)
    supervisor._workers, supervisor._n_signals, supervisor._had_terminal = [], 0, True
    monkeypatch.setattr("os.isatty", lambda _: not n_signals)

    supervisor._on_hang_up(signal.SIGHUP, None)

    assert supervisor._n_signals == n_signals


@pytest.fixture
def client(
    app: ASGIApp, files: Files, trusting: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> Iterator[ssl.SSLSocket]:
    """A client that may break the protocol, but leave no error in the server's log."""
    with (
        serving(app, ssl_certfile=files.certificate, ssl_keyfile=files.key) as server,
        socket.create_connection(("127.0.0.1", server.config.port), timeout=5) as plain,
        trusting.wrap_socket(plain, server_hostname="127.0.0.1") as client,
    ):
        yield client
    assert errors_in(caplog) == []


def test_a_client_that_does_not_speak_http_reads_why(client: ssl.SSLSocket) -> None:
    client.sendall(b"\0\r\n\r\n")

    answer = received(client)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"not an HTTP/1.1 request" in answer


def test_a_client_that_breaks_its_stream_reads_why(client: ssl.SSLSocket) -> None:
    client.sendall(UPGRADE)
    handshake = client.recv(4096)

    client.sendall(frame(3, b""))

    assert handshake.startswith(b"HTTP/1.1 101 ")
    assert received(client).endswith(b"\x03\xeainvalid opcode")  # 1002


def test_the_image_is_healthy_over_https_too(exported: Path, files: Files) -> None:
    (words,) = re.findall(r"HEALTHCHECK .*\\\n  CMD (.+)", (ROOT / "Dockerfile").read_text())
    command = [sys.executable, *json.loads(words)[1:]]

    with service(exported, 1, **files.settings) as (_, url):
        environment = {"HEED_PORT": str(port_of(url))}
        over_tls = subprocess.run(command, env=environment | {"HEED_TLS_CERTIFICATE": "heed.pem"}, check=False)
        plain = subprocess.run(command, env=environment, check=False, stderr=subprocess.DEVNULL)

    assert (over_tls.returncode, plain.returncode) == (0, 1)
