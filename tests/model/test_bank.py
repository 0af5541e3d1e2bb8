"""The bank holds other words, and nothing of it is lost on disk."""

from pathlib import Path

import numpy as np
import pytest

from model.bank import SHIPPED_BANK, Bank, Calibration, load_bank, save_bank
from model.errors import CheckpointError
from tests.model.heads import CountingEmbedding
from tests.model.taught import random_bank
from tests.signals import noise
from training.data.speech_commands import TAUGHT


def test_a_bank_on_disk_is_the_one_that_was_written(tmp_path: Path) -> None:
    bank = random_bank()

    save_bank(bank, tmp_path / "bank.npz")

    read = load_bank(tmp_path / "bank.npz")
    assert read.words == bank.words
    assert read.calibrations == bank.calibrations
    assert np.abs(read.embeddings - bank.embeddings).max() <= np.abs(bank.embeddings).max() / 254 + 1e-6


def test_features_have_one_norm_at_every_place() -> None:
    features = random_bank().features_of(CountingEmbedding().embed(np.stack([noise(), noise(seed=1)])))

    assert features.shape == (2, 3, 576)
    assert np.linalg.norm(features, axis=2) == pytest.approx(np.full((2, 3), 8.0))


def test_a_word_that_stands_a_window_later_has_the_features_of_the_next_place() -> None:
    bank = random_bank()

    early, late = bank.features_of(bank.embeddings[:1]), bank.features_of(np.roll(bank.embeddings[:1], 1, axis=1))

    assert np.allclose(late[:, 1:], early[:, :-1])


def test_a_word_can_be_left_out_however_it_is_written() -> None:
    without = random_bank().without("Word 3")

    assert "word 3" not in without.words
    assert len(without.features) == len(without.words) == len(random_bank().words) - 3


@pytest.mark.parametrize(
    ("n_recordings", "calibration"), [(1, (2.0, 3.0)), (10, (1.0, 1.0)), (50, (1.0, 1.0)), (3, (1.523, 2.046))]
)
def test_a_calibration_lies_between_those_of_fewer_and_more_recordings(
    n_recordings: int, calibration: tuple[float, float]
) -> None:
    assert random_bank().calibration(n_recordings) == pytest.approx(Calibration(*calibration), abs=0.001)


@pytest.fixture(scope="module")
def shipped() -> Bank:
    return load_bank()


def test_the_shipped_bank_is_under_a_megabyte() -> None:
    assert SHIPPED_BANK.stat().st_size < 1_000_000


def test_the_shipped_bank_holds_no_word_that_measures_how_well_words_are_taught(shipped: Bank) -> None:
    assert not set(TAUGHT) & set(shipped.words)
    assert (len(shipped.words), int(shipped.is_speech.sum())) == (1200, 1000)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no bank at all"])
def test_what_is_no_bank_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bank.npz").write_bytes(content)

    with pytest.raises(CheckpointError, match="can't be read as a bank of words"):
        load_bank(tmp_path / "bank.npz")


def test_a_bank_of_another_version_is_refused(tmp_path: Path) -> None:
    zeros, metadata = np.zeros((1, 3), np.float32), np.array('{"format": "heed-bank-0"}')
    np.savez(tmp_path / "bank.npz", metadata=metadata, mean=zeros, scales=zeros, embeddings=zeros)

    with pytest.raises(CheckpointError, match="not a bank of this version"):
        load_bank(tmp_path / "bank.npz")


def test_another_file_in_place_of_the_shipped_one_is_refused(tmp_path: Path) -> None:
    save_bank(random_bank(), tmp_path / "bank.npz")
    (tmp_path / "SHA256SUMS").write_text(f"{64 * '0'}  bank.npz\n")

    with pytest.raises(CheckpointError, match="SHA-256"):
        load_bank(tmp_path / "bank.npz")
