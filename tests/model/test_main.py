"""The command line prints a line for each command, and its exit status says how it went."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from model.__main__ import main
from model.checkpoint import Checkpoint, save
from model.errors import MicrophoneError
from model.recognizer import Recognizer
from tests.model.checkpoints import random_checkpoint
from tests.model.tones import ToneEngine, stream
from tests.signals import Signal, encode, noise, tone


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


def test_each_command_of_a_longer_clip_has_a_line_with_its_times(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(encode(stream(("yes", 1.0), ("no", 2.5), seconds=4.0)))
    monkeypatch.setattr(Recognizer, "load", lambda _, **__: Recognizer(ToneEngine()))

    status = main([str(path)])

    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert status == 0
    assert [line[:2] for line in lines] == [[str(path), "yes"], [str(path), "no"]]
    assert [float(line[3]) for line in lines] == pytest.approx([1.0, 2.5], abs=0.04)
    assert [float(line[4]) for line in lines] == pytest.approx([1.4, 2.9], abs=0.04)


def test_a_longer_clip_without_a_command_says_why(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "long.wav").write_bytes(encode(0 * tone(seconds=3.0)))

    main([str(tmp_path / "long.wav"), "--model", model])

    assert "\t- (silence)\t" in capsys.readouterr().out


def microphone(*chunks: Signal, error: BaseException) -> Callable[[], Iterator[Signal]]:
    """What brings these chunks and then fails."""

    def listen() -> Iterator[Signal]:
        yield from chunks
        raise error

    return listen


def test_live_prints_each_command_with_its_times_until_it_is_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chunks = np.split(stream(("yes", 1.0), ("no", 2.5), seconds=4.0), 80)
    monkeypatch.setattr(Recognizer, "load", lambda _, **__: Recognizer(ToneEngine()))
    monkeypatch.setattr("model.__main__.record", microphone(*chunks, error=KeyboardInterrupt()))

    status = main(["--live"])

    printed = capsys.readouterr()
    assert status == 0
    assert [line.split("\t")[0] for line in printed.out.splitlines()] == ["yes", "no"]
    assert printed.err.startswith("Listening; Ctrl-C ends.")


def test_live_without_a_microphone_says_so(
    monkeypatch: pytest.MonkeyPatch, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("model.__main__.record", microphone(error=MicrophoneError("no microphone")))

    status = main(["--live", "--model", model])

    assert status == 1
    assert capsys.readouterr().err == "no microphone\n"


@pytest.mark.parametrize("arguments", [[], ["--live", "clip.wav"]])
def test_either_clips_or_the_microphone_must_be_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)

    assert "name one CLIP or more, or listen to the microphone with --live" in capsys.readouterr().err


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
    assert "text.wav: this is no sound file that heed knows" in printed.err
    assert "nowhere.wav: [Errno 2] No such file" in printed.err


def test_a_missing_checkpoint_ends_the_command_with_a_message(clip: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([clip, "--model", "nowhere.safetensors"])

    assert "nowhere.safetensors can't be read" in capsys.readouterr().err


def test_a_reader_that_stops_early_ends_it_quietly(clip: str) -> None:
    command = [sys.executable, "-m", "model", clip]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert (said, process.returncode) == (b"", -signal.SIGPIPE)
