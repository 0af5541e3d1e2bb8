"""``python -m training.train --words`` trains own words from the shipped network, and says what comes next."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from model.checkpoint import load
from model.labels import SILENCE, UNKNOWN
from model.recognizer import SHIPPED_CHECKPOINT, Recognizer
from tests.signals import encode, noise, tone
from training.data import own_words as own_words_module
from training.run import CHECKPOINT
from training.train import main, next_commands

WORDS = ("lamp", "лампа")
SHORT = ("--epochs", "1", "--set", "min_draws=6", "--set", "n_made_sounds=1", "--set", "batch_size=16")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train on recordings of two words and of others for one short epoch, without synthetic company."""
    folder = tmp_path_factory.mktemp("own")
    for place, word in enumerate((*WORDS, UNKNOWN)):
        (folder / "words" / word).mkdir(parents=True)
        for n in range(6):
            signal = tone(300.0 * (1 + place)) + noise(seed=n)
            (folder / "words" / word / f"{n}.flac").write_bytes(encode(signal, container="FLAC"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_words_module, "is_installed", lambda: False)
        assert main(["--words", str(folder / "words"), "--out", str(folder / "a run"), "--device", "cpu", *SHORT]) == 0
    return folder / "a run"


def test_the_checkpoint_knows_the_words_its_start_and_its_threshold(trained: Path) -> None:
    checkpoint = load(trained / CHECKPOINT)

    assert checkpoint.labels == (SILENCE, UNKNOWN, *WORDS)
    assert checkpoint.network_config.n_labels == 4
    assert checkpoint.threshold >= 0.7
    assert len(checkpoint.origin["arguments"]["start"]) == 64
    assert checkpoint.network == load(SHIPPED_CHECKPOINT).network


def test_the_commands_that_the_run_prints_can_be_run(trained: Path) -> None:
    first, evaluate, export, serve = next_commands(trained).splitlines()

    printed = [subprocess.run(shlex.split(line), check=True, capture_output=True) for line in (evaluate, export)]

    assert first == "next:"
    assert b"counted as _unknown_: _unknown_" in printed[0].stdout
    variable, _, value = shlex.split(serve)[0].partition("=")
    assert (variable, shlex.split(serve)[1]) == ("HEED_MODEL", "scripts/serve")
    assert Recognizer.load(Path(value)).labels == (SILENCE, UNKNOWN, *WORDS)


def test_the_python_that_runs_is_the_one_that_is_named(tmp_path: Path) -> None:
    evaluate = next_commands(tmp_path).splitlines()[1]

    assert Path(shlex.split(evaluate)[0]).absolute().resolve() == Path(sys.executable).resolve()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--words", "w", "--data", "d"], "not allowed with argument"),
        (["--words", "w", "--download"], "--download, --without, --cache and --quick go"),
        (["--words", "w", "--without", "bed"], "--download, --without, --cache and --quick go with --data"),
        (["--words", "w", "--cache", "c"], "--download, --without, --cache and --quick go with --data"),
        (["--words", "w", "--quick"], "--download, --without, --cache and --quick go with --data"),
        (["--data", "d", "--language", "de"], "--language goes with --words"),
        ([], "one of the arguments --data --words is required"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    options: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*options, "--out", "run"])

    assert reason in capsys.readouterr().err


def test_a_folder_that_is_not_there_ends_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--words", str(tmp_path / "nowhere"), "--out", str(tmp_path / "run")]) == 1

    assert "is no folder; --words takes one that holds" in capsys.readouterr().err
