"""A model's file is the one that was listed, or it is refused; where there is no list, any file will do."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from model.digest import SUMS, check_digest
from model.errors import CheckpointError
from model.recognizer import WEIGHTS, Recognizer


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A file beside a list that names it and another."""
    path = tmp_path / "heed.onnx"
    path.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    (tmp_path / SUMS).write_text(f"{64 * '0'}  other.onnx\n{digest}  heed.onnx\n")
    return path


def test_a_listed_file_passes(model: Path) -> None:
    check_digest(model)


def test_a_list_of_binary_files_is_read_too(model: Path) -> None:
    sums = model.with_name(SUMS)
    sums.write_text(sums.read_text().replace("  ", " *"))

    check_digest(model)


def test_where_there_is_no_list_any_file_passes(model: Path) -> None:
    model.with_name(SUMS).unlink()

    check_digest(model)


@pytest.mark.parametrize("content", [b"weight", b"weightz", b""])
def test_another_file_is_refused_and_both_digests_are_named(model: Path, content: bytes) -> None:
    model.write_bytes(content)

    with pytest.raises(CheckpointError, match=hashlib.sha256(b"weights").hexdigest()) as refusal:
        check_digest(model)

    assert hashlib.sha256(content).hexdigest() in str(refusal.value)


def test_a_file_that_is_not_listed_is_refused(model: Path) -> None:
    stray = model.rename(model.with_name("stray.onnx"))

    with pytest.raises(CheckpointError, match="names no such file"):
        check_digest(stray)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"one-word\n"])
def test_a_list_that_is_none_is_refused(model: Path, content: bytes) -> None:
    model.with_name(SUMS).write_bytes(content)

    with pytest.raises(CheckpointError, match="can't be compared"):
        check_digest(model)


def test_a_missing_file_is_refused(model: Path) -> None:
    model.unlink()

    with pytest.raises(CheckpointError, match=r"heed\.onnx can't be compared"):
        check_digest(model)


def test_a_recognizer_is_not_loaded_from_another_file_than_the_listed(model: Path) -> None:
    model.write_bytes(b"no weights")

    with pytest.raises(CheckpointError, match="SHA-256"):
        Recognizer.load(model)


def test_the_shipped_files_are_the_listed_ones() -> None:
    check = subprocess.run(["sha256sum", "--check", SUMS], cwd=WEIGHTS, capture_output=True, text=True)

    shipped = ["heed.onnx", "heed.safetensors", "second_opinion.npz", "bank.npz"]
    assert check.stdout.splitlines() == [f"{name}: OK" for name in shipped]
