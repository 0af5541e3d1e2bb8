"""A service that hears `go` in loud sound, on a port of its own."""

from collections.abc import Iterator

import pytest

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.serving import serving
from tests.app.stubs import Ears


@pytest.fixture(autouse=True)
def no_key_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEED_CLIENT_KEY", raising=False)


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with serving(create_app(Settings(), Recognizer(Ears()))) as server:
        yield f"http://127.0.0.1:{server.config.port}"
