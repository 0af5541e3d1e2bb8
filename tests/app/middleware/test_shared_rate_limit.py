"""Processes that count in one Redis have one limit together, and each its own while it can't be reached."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.ports import free_port
from tests.app.stubs import Ears


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis server of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server here (apt-get install redis-server)")
    port = free_port()
    command = [program, "--port", str(port), "--save", "", "--dir", str(tmp_path), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        time.sleep(0.5)
        yield f"redis://127.0.0.1:{port}"
        process.terminate()


def client_of(store: str, per_second: float = 2.0) -> TestClient:
    settings = Settings(max_requests_per_second=per_second, rate_limit_store=store)
    return TestClient(create_app(settings, Recognizer(Ears())), base_url="http://localhost")


def test_two_services_share_one_limit(store: str) -> None:
    with client_of(store) as first, client_of(store) as second:
        answers = [client.get("/labels") for client in (first, second, first, second, first, second)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) in (1, 2)
    assert "more than 2 requests a second" in answers[-1].json()["detail"]


def test_a_slow_rate_has_a_longer_window(store: str) -> None:
    with client_of(store, per_second=0.2) as first, client_of(store, per_second=0.2) as second:
        answers = [client.get("/labels").status_code for client in (first, second)]

    assert answers == [200, 429]


def test_without_its_store_each_service_limits_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}"
    with client_of(nowhere) as first, client_of(nowhere) as second:
        answers = [client.get("/labels").status_code for client in (first, first, second, second)]

    assert answers == [200, 200, 200, 200]
    assert caplog.text.count("HEED_RATE_LIMIT_STORE can't be reached") == 2


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "redis:///"])
def test_what_is_no_address_of_redis_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(max_requests_per_second=1.0, rate_limit_store=url)


def test_a_store_without_a_limit_is_refused() -> None:
    with pytest.raises(ValidationError, match="HEED_MAX_REQUESTS_PER_SECOND, which is unset"):
        Settings(rate_limit_store="redis://localhost")
