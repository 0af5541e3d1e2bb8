"""Fixtures for the service: a recognizer of random weights, an export of one, and a client."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.engines.torch import TorchEngine
from model.recognizer import Recognizer
from tests.model.checkpoints import random_checkpoint
from training.export.graph import export


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HEED_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    return Recognizer(TorchEngine(random_checkpoint(threshold=0.5)))


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "heed.onnx"
    path.write_bytes(export(random_checkpoint(), "digest"))
    return path


@pytest.fixture
def client(recognizer: Recognizer) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), recognizer)) as client:
        yield client
