"""A run on own words learns from recordings and synthetic company, and lays recordings aside for testing."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from model.labels import SILENCE, UNKNOWN
from tests.signals import encode, noise, tone
from training.config import own_words
from training.data import own_words as module
from training.data.dataset import TrainingData
from training.data.folder import read_folder
from training.data.own_words import own_words_data
from training.errors import DataError

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


@pytest.fixture(autouse=True)
def little_company(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N_EACH", 2)
    monkeypatch.setattr(module, "N_NONSENSE", {"training": 6, "validation": 4, "testing": 3})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write ten recordings of each of two words."""
    for place, word in enumerate(("lamp", "лампа")):
        (tmp_path / "words" / word).mkdir(parents=True)
        for n in range(10):
            (tmp_path / "words" / word / f"{n}.wav").write_bytes(encode(tone(300 + 300 * place + 10 * n)))
    return tmp_path / "words"


def add(root: Path, name: str) -> None:
    (root / name).mkdir()
    for n in range(10):
        (root / name / f"{n}.wav").write_bytes(encode(noise(20_000, seed=n)))


def read(root: Path, language: str = "en") -> TrainingData:
    folder = read_folder(root)
    return own_words_data(
        folder, [], [], language, replace(own_words(folder.words), n_made_sounds=1), root.parent / "run"
    )


@needs_espeak
def test_words_that_english_voices_can_read_and_nonsense_are_the_company(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = read(root)

    assert Counter(clip.word for clip in data.synthetic) == {"lamp": 2, UNKNOWN: 6}
    assert "without synthetic company: лампа; name their --language" in capsys.readouterr().err


@needs_espeak
def test_voices_of_another_language_say_its_words(root: Path) -> None:
    data = read(root, "ru")

    assert Counter(clip.word for clip in data.synthetic) == {"lamp": 2, "лампа": 2, UNKNOWN: 6}


@needs_espeak
def test_the_company_is_made_once(root: Path) -> None:
    before = read(root)

    assert read(root).cache.digest == before.cache.digest


@needs_espeak
def test_a_language_without_a_voice_is_an_error(root: Path) -> None:
    with pytest.raises(DataError, match=r"espeak-ng failed: .*voice does not exist"):
        read(root, "nowhere")


@needs_espeak
def test_validation_holds_words_nonsense_and_silence(root: Path) -> None:
    _, targets = read(root).validation

    assert targets.bincount().tolist() == [50, 4, 2, 2]


@needs_espeak
def test_recordings_for_testing_are_laid_aside_under_their_labels(root: Path, tmp_path: Path) -> None:
    data = read(root)

    laid = Counter(path.parent.name for path in (tmp_path / "run" / "testing").glob("*/*.wav") if path.exists())
    aside = {path.resolve() for path in (tmp_path / "run" / "testing").glob("*/*.wav")}
    assert laid == {"lamp": 2, "лампа": 2, UNKNOWN: 3, SILENCE: 50}
    assert aside.isdisjoint(clip.path for clip in data.clips)


def test_without_espeak_recordings_of_other_words_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    add(root, UNKNOWN)

    data = read(root)

    assert data.synthetic == []
    assert {clip.word for clip in data.clips} == {"lamp", "лампа", UNKNOWN}


def test_without_espeak_and_other_words_the_error_says_what_is_needed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(DataError, match=r"there is no folder _unknown_; fill one .* or install espeak-ng"):
        read(root)


def test_recorded_silence_is_a_kind_of_noise(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    add(root, UNKNOWN)
    without = len(read(root).noise.kinds)
    add(root, SILENCE)

    assert len(read(root).noise.kinds) == without + 1
