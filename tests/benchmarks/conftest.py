"""A small data set for the tests of the benchmarks, which no test may change, and one thread."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from benchmarks.hearing import no_command
from benchmarks.hearing.material import Material
from model.checkpoint import save
from tests.model.checkpoints import random_checkpoint
from tests.training.corpus import write_corpus


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root that stays as it is."""
    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def material(corpus: Path) -> Material:
    return Material.read(corpus, "validation", limit=None)


@pytest.fixture(autouse=True)
def few_made_sounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_command, "N_MADE", 1)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of random weights that is sure of everything."""
    path = tmp_path_factory.mktemp("model") / "heed.safetensors"
    save(random_checkpoint(temperature=0.02), path)
    return path
