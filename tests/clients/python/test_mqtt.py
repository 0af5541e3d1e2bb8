"""The pipe into a real MQTT broker that docs/client.md shows brings a message for each command."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.app.ports import free_port
from tests.app.serving import wait_until
from tests.app.sound import bursts, pcm

ROOT = Path(__file__).parents[3]
RECIPE = re.compile(r"^\$ heed listen (--json \| mosquitto_pub .*)$", re.MULTILINE)

pytestmark = pytest.mark.skipif(shutil.which("mosquitto") is None, reason="needs mosquitto and mosquitto-clients")


@pytest.fixture
def broker() -> Iterator[int]:
    """The port of a broker."""
    port = free_port()
    with subprocess.Popen(["mosquitto", "-p", str(port)], stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: _listens(port), seconds=10)
        yield port
        process.terminate()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def subscribe(port: int, *options: str) -> list[str]:
    """Receive what came since the last call, because the session stays."""
    command = ["mosquitto_sub", "-p", str(port), "-t", "heed/command", "-q", "1", "-c", "-i", "reader", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.splitlines()


def test_each_command_is_a_message(broker: int, url: str) -> None:
    (recipe,) = RECIPE.findall((ROOT / "docs/client.md").read_text())
    run = f"{sys.executable} -c 'import sys; from heed_client.command_line import main; sys.exit(main())' listen - "
    environment = os.environ | {"PYTHONPATH": os.fspath(ROOT / "clients/python"), "HEED_URL": url}
    sound = pcm(bursts(1.0, 0.8, 2.0, 0.8, 1.0))
    subscribe(broker, "-E")

    pipe = run + recipe.replace("-h broker", f"-p {broker}")
    subprocess.run(pipe, shell=True, input=sound, env=environment, timeout=20, check=True)

    assert [json.loads(message)["label"] for message in subscribe(broker, "-C", "2", "-W", "10")] == ["go", "go"]
