"""What the tests of training share: a small data set, which none of them may change, and what is read from it."""

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
    """As many as a real run makes would take seconds each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_module, "made_sounds", lambda _, generator: made_sounds(1, generator))
        yield


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root that stays as it is."""
    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def data(corpus: Path) -> TrainingData:
    return read_data(corpus, [], None, TrainConfig())


@pytest.fixture
def own_corpus(corpus: Path, tmp_path: Path) -> Path:
    """A copy of the data root, to be changed."""
    shutil.copytree(corpus / FOLDER, tmp_path / "own" / FOLDER)
    return tmp_path / "own"
