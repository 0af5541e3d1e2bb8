"""The recipes of docs/recipes.md run as they stand while a service breaks off, is down and starts."""

import json
import os
import re
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.ports import free_port
from tests.app.serving import serving
from tests.app.sound import bursts, pcm
from tests.app.stubs import Ears
from tests.page.conftest import serving as starting

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/recipes.md").read_text()
CURL, WEBHOOK = re.findall(r"```console\n\$ (.*?)\n```", PAGE, re.DOTALL)
PYTHON, PYTHON_LIVE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TRANSCRIBE, IN_NODE, _ = re.findall(r"```js\n(.*?)```", PAGE, re.DOTALL)
NODE = ROOT / ".venv-clients/bin/node"
HEED = f"{sys.executable} -c 'import sys; from heed_client.command_line import main; sys.exit(main())'"
SOUND = (ROOT / "examples/commands.wav").read_bytes()[44:]


def start(command: list[str], *, port: int, sound: bytes = b"", **variables: str) -> "subprocess.Popen[bytes]":
    """Start a recipe that asks a service at this port, give it sound, and break its first connection off."""
    environment = os.environ | {"PYTHONPATH": os.fspath(ROOT / "clients/python")} | variables
    with socket.create_server(("127.0.0.1", port)) as dying:
        dying.settimeout(30)
        recipe = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert recipe.stdin
        recipe.stdin.write(sound)
        recipe.stdin.flush()
        dying.accept()[0].close()
    return recipe


def heard_by(command: list[str]) -> list[str]:
    """The words that a recipe prints, though the service breaks off, is down and then starts."""
    port = free_port()
    recipe = start([part.replace("localhost:8000", f"127.0.0.1:{port}") for part in command], port=port)
    with starting(port):
        return recipe.communicate(timeout=60)[0].decode().split()


def test_curl_asks_again() -> None:
    answer = heard_by(["bash", "-c", CURL])

    assert json.loads(" ".join(answer))["text"] == "left"


def test_python_asks_again() -> None:
    assert heard_by([sys.executable, "-c", PYTHON]) == ["left"]


@pytest.mark.skipif(not NODE.exists(), reason="needs the Node that scripts/clients installs")
def test_node_asks_again() -> None:
    assert heard_by([os.fspath(NODE), "--input-type=module", "--eval", TRANSCRIBE + IN_NODE]) == ["left"]


def test_python_goes_on_with_live_sound_after_a_restart() -> None:
    port = free_port()
    code = PYTHON_LIVE.replace("localhost:8000", f"127.0.0.1:{port}")
    recipe = start([sys.executable, "-c", code], port=port)
    assert recipe.stdin
    assert recipe.stdout

    with starting(port, drain_seconds=0):
        recipe.stdin.write(SOUND[: 4 * 32_000])
        recipe.stdin.flush()
        before = [recipe.stdout.readline().strip() for _ in range(2)]
    with starting(port):
        after = recipe.communicate(SOUND[4 * 32_000 :], timeout=60)[0].split()

    assert (before, after) == ([b"go", b"left"], [b"stop", b"yes"])


class Hook(BaseHTTPRequestHandler):
    """A webhook that keeps what it was told."""

    told: list[str] = []  # noqa: RUF012 # a handler lives for one request

    def do_POST(self) -> None:
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["label"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


def test_each_command_reaches_a_webhook_that_restarts() -> None:
    port = free_port()
    command = WEBHOOK.replace("heed listen", f"{HEED} listen -").replace("localhost:9000", f"127.0.0.1:{port}")

    with serving(create_app(Settings(), Recognizer(Ears()))) as server:
        heed = f"http://127.0.0.1:{server.config.port}"
        recipe = start(["bash", "-c", command], port=port, sound=pcm(bursts(1.0, 0.8, 2.0, 0.8, 1.0)), HEED_URL=heed)
        with HTTPServer(("127.0.0.1", port), Hook) as hook:
            for _ in range(2):
                hook.handle_request()
        recipe.communicate(timeout=60)

    assert Hook.told == ["go", "go"]
