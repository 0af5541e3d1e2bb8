"""The models of a process are those of its folder, a moment after a file is new, replaced, broken or removed."""

import asyncio
import hashlib
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app import folder
from app.folder import ModelFolder
from app.main import create_app
from app.models import Model, Models
from app.settings import Settings
from app.telemetry.metrics import Metrics
from model.recognizer import SHIPPED, Recognizer
from tests.app.stubs import Hearing
from tests.model.checkpoints import random_checkpoint
from training.export.graph import export

LABELS = ("_silence_", "_unknown_", "lamp", "fan")


class Served:
    """A folder and the models that follow it, look by look."""

    def __init__(self, path: Path, *, threshold: float | None = None) -> None:
        self.path, settings, recognizer = path, Settings(second_opinion="off"), Hearing("left", 0.9)
        self.metrics = Metrics(recognizer.labels, model_name=recognizer.name, model_path=SHIPPED)
        self.models = Models([Model(recognizer, settings, self.metrics)])
        self._folder = ModelFolder(path, self.models, settings, self.metrics)

    @property
    def names(self) -> list[str]:
        return [model.name for model in self.models][1:]

    def look(self, n_times: int = 2) -> None:
        async def looks() -> None:
            for _ in range(n_times):
                await self._folder.look()

        asyncio.run(looks())


@pytest.fixture(scope="session")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An export that knows other words than the shipped model."""
    return export(random_checkpoint(labels=LABELS, seed=1), "digest")


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def test_every_export_is_served_under_its_file_s_name(served: Served, exported: Path, lamps: bytes) -> None:
    (served.path / "kitchen.onnx").write_bytes(lamps)
    (served.path / "hall.onnx").write_bytes(exported.read_bytes())
    (served.path / "notes.txt").write_text("no model")
    (served.path / ".half.onnx").write_text("no model")

    served.look()

    assert sorted(served.names) == ["hall", "kitchen"]
    assert served.models.named("kitchen").commands == ["lamp", "fan"]
    assert served.models.named("kitchen").queue.is_warm
    assert served.models.refused == {}


def test_a_file_that_changes_between_two_looks_is_left_alone(served: Served, lamps: bytes) -> None:
    for n_bytes in (1_000, 2_000):
        (served.path / "kitchen.onnx").write_bytes(lamps[:n_bytes])
        served.look(1)
    (served.path / "kitchen.onnx").write_bytes(lamps)
    served.look(1)
    before = (served.names, served.models.refused)
    served.look(1)

    assert before == ([], {})
    assert served.names == ["kitchen"]


def test_a_replaced_file_takes_the_old_one_s_place(served: Served, exported: Path, lamps: bytes) -> None:
    (served.path / "hall.onnx").write_bytes(exported.read_bytes())
    served.look()

    (served.path / "hall.onnx").write_bytes(lamps)
    served.look()

    assert served.models.named("hall").commands == ["lamp", "fan"]
    assert served.models.named("hall").sha256 == hashlib.sha256(lamps).hexdigest()


def test_a_file_that_stays_the_same_is_loaded_once(served: Served, lamps: bytes) -> None:
    (served.path / "kitchen.onnx").write_bytes(lamps)
    served.look()
    first = served.models.named("kitchen")

    served.look(5)

    assert served.models.named("kitchen") is first


@pytest.mark.parametrize("size", [0, 100, 20_000])
def test_a_broken_file_is_refused_with_a_reason_while_the_old_model_goes_on(
    served: Served, lamps: bytes, size: int
) -> None:
    (served.path / "kitchen.onnx").write_bytes(lamps)
    served.look()
    before = served.models.named("kitchen")

    (served.path / "kitchen.onnx").write_bytes(lamps[:size])
    served.look()

    assert served.models.named("kitchen") is before
    assert served.models.refused["kitchen.onnx"].startswith("kitchen.onnx can't be read as an ONNX file: ")
    assert str(served.path) not in served.models.refused["kitchen.onnx"]
    assert b'heed_model_loads_total{outcome="refused"} 1.0' in served.metrics.text()


def test_a_refused_file_is_tried_again_when_it_changes(served: Served, lamps: bytes) -> None:
    (served.path / "kitchen.onnx").write_bytes(lamps[:100])
    served.look()

    (served.path / "kitchen.onnx").write_bytes(lamps)
    served.look()

    assert (served.names, served.models.refused) == (["kitchen"], {})


def test_a_file_must_be_the_one_that_the_folder_s_list_names(served: Served, lamps: bytes) -> None:
    (served.path / "kitchen.onnx").write_bytes(lamps)
    (served.path / "SHA256SUMS").write_text(f"{hashlib.sha256(b'other').hexdigest()}  kitchen.onnx\n")
    served.look()
    reason = served.models.refused["kitchen.onnx"]

    (served.path / "SHA256SUMS").write_text(f"{hashlib.sha256(lamps).hexdigest()}  kitchen.onnx\n")
    served.look()

    assert "kitchen.onnx has the SHA-256" in reason
    assert (served.names, served.models.refused) == (["kitchen"], {})


def test_the_model_of_a_removed_file_goes(served: Served, lamps: bytes) -> None:
    (served.path / "kitchen.onnx").write_bytes(lamps)
    served.look()

    (served.path / "kitchen.onnx").unlink()
    served.look(1)
    at_first = served.names
    served.look(1)

    assert (at_first, served.names) == (["kitchen"], [])


def test_a_file_named_default_answers_where_no_model_is_named(served: Served, lamps: bytes) -> None:
    (served.path / "default.onnx").write_bytes(lamps)
    served.look()

    assert served.models.default.commands == ["lamp", "fan"]


def test_a_folder_that_is_lost_leaves_the_models_as_they_are(served: Served, lamps: bytes) -> None:
    (served.path / "kitchen.onnx").write_bytes(lamps)
    served.look()

    served.path.rename(served.path.with_name("elsewhere"))
    served.look()

    assert served.names == ["kitchen"]


def test_the_service_follows_its_folder(
    tmp_path: Path, lamps: bytes, recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "POLL_SECONDS", 0.01)
    settings, end = Settings(models=tmp_path, second_opinion="off"), time.monotonic() + 10

    with TestClient(create_app(settings, recognizer)) as client:
        (tmp_path / "kitchen.onnx").write_bytes(lamps)
        while client.get("/labels?model=kitchen").status_code == 404 and time.monotonic() < end:
            time.sleep(0.02)
        answer = client.get("/labels?model=kitchen").json()

    assert answer["labels"] == list(LABELS)


def test_a_process_serves_nothing_before_it_knows_the_models_that_are_there(
    tmp_path: Path, lamps: bytes, recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "POLL_SECONDS", 0.01)
    (tmp_path / "kitchen.onnx").write_bytes(lamps)

    with TestClient(create_app(Settings(models=tmp_path, second_opinion="off"), recognizer)) as client:
        first = client.get("/labels?model=kitchen")

    assert first.status_code == 200


def test_words_beyond_a_number_share_one_series(served: Served) -> None:
    served.metrics.begin_at_zero([f"word {number}" for number in range(1_000)])

    for number in range(1_000):
        served.metrics.spotted([f"word {number}"])

    assert served.metrics.text().count(b"\nheed_stream_commands_total{") == 99
