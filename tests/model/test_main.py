"""The command line: clips in, a line for each out, and the exit status."""

from pathlib import Path

import pytest
import torch

from model.__main__ import main
from model.checkpoint import Checkpoint, save
from tests.model.checkpoints import random_checkpoint
from tests.signals import encode, noise, tone


def surely(label_place: int) -> Checkpoint:
    """A checkpoint that hears one label in everything but zeros."""
    checkpoint = random_checkpoint()
    bias = torch.full((12,), -20.0)
    bias[label_place] = 20.0
    checkpoint.tensors["network.output.bias"].copy_(bias)
    return checkpoint


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.safetensors"
    save(surely(label_place=6), path)
    return str(path)


@pytest.fixture
def clip(tmp_path: Path) -> str:
    path = tmp_path / "clip.wav"
    path.write_bytes(encode(noise()))
    return str(path)


def test_an_accepted_command_is_printed_with_its_confidence(
    model: str, clip: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([clip, "--model", model])

    assert status == 0
    assert capsys.readouterr().out == f"{clip}\tleft\t1.000\n"


def test_silence_is_an_answer_too(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silence = tmp_path / "silence.flac"
    silence.write_bytes(encode(0 * tone(), container="FLAC"))

    status = main([str(silence), "--model", model])

    assert status == 0
    assert "- (silence" in capsys.readouterr().out


def test_a_clip_that_is_not_accepted_says_why(clip: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "unsure.safetensors"
    save(random_checkpoint(threshold=1.0), path)

    status = main([clip, "--model", str(path)])

    assert status == 0
    assert "\t- (" in capsys.readouterr().out


def test_a_bad_file_is_named_and_the_others_are_still_answered(
    model: str, clip: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.wav").write_text("left")

    status = main([str(tmp_path / "text.wav"), str(tmp_path / "nowhere.wav"), clip, "--model", model])

    printed = capsys.readouterr()
    assert status == 1
    assert printed.out == f"{clip}\tleft\t1.000\n"
    assert "text.wav: the first bytes are of no container that heed reads" in printed.err
    assert "nowhere.wav: [Errno 2] No such file" in printed.err


def test_a_missing_checkpoint_ends_the_command_with_a_message(clip: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([clip, "--model", "nowhere.safetensors"])

    assert "nowhere.safetensors can't be read" in capsys.readouterr().err


def test_no_clip_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([])

    assert "CLIP" in capsys.readouterr().err
