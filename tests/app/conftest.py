"""A recognizer of random weights, and a client of the service around it."""

import os
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.model.checkpoints import random_checkpoint


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HEED_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    return Recognizer(random_checkpoint(threshold=0.5))


@pytest.fixture
def client(recognizer: Recognizer) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), recognizer)) as client:
        yield client
