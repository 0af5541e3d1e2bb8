"""Share a small data set between the tests of training. None of them may change it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.training.corpus import write_corpus
from training.config import TrainConfig
from training.data import dataset as data_module
from training.data.dataset import TrainingData, read_data
from training.data.sounds import made_sounds
from training.data.speech_commands import FOLDER


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True, scope="session")
def few_made_sounds() -> Iterator[None]:
    """Make one sound of each kind: the hundred of a real run would take seconds each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_module, "made_sounds", lambda _, generator: made_sounds(1, generator))
        yield


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a data root that no test changes."""
    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def data(corpus: Path) -> TrainingData:
    return read_data(corpus, [], [], TrainConfig())


@pytest.fixture
def own_corpus(corpus: Path, tmp_path: Path) -> Path:
    """Copy the data root for a test that changes it."""
    shutil.copytree(corpus / FOLDER, tmp_path / "own" / FOLDER)
    return tmp_path / "own"
