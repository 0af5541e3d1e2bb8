"""``python -m training.train`` trains, resumes, and answers every mistake with one line that helps."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from model.checkpoint import load
from model.networks.attention import AttentionConfig
from model.networks.gated import GRUConfig
from tests.labels import COMMANDS
from tests.signals import encode, noise
from tests.training.corpus import N_SPEAKERS, name_of
from tests.training.interrupts import broken_off
from training import run as run_module
from training.data import dataset as data_module
from training.data.batches import render
from training.data.cache import FOLDER as CACHE
from training.data.cache import TABLE
from training.data.held_out import held_out
from training.data.speech_commands import BACKGROUND_NOISE, FOLDER
from training.options import config_of, parse
from training.run import CHECKPOINT
from training.train import main


def arguments(root: Path, out: Path, *further: str) -> list[str]:
    epochs = ["--epochs", "2"] if "--epochs" not in further else []
    return ["--data", str(root), "--out", str(out), "--network", "elman", "--device", "cpu", *epochs, *further]


def epochs_in(out: Path) -> list[int]:
    return [json.loads(line)["epoch"] for line in (out / "metrics.jsonl").read_text().splitlines()]


def usage_error(command_line: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The message with which argparse ends the program."""
    with pytest.raises(SystemExit) as caught:
        main(command_line)
    assert caught.value.code == 2
    return capsys.readouterr().err


def test_a_run_ends_with_its_accuracy_and_where_its_checkpoint_is(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments(corpus, tmp_path / "run"))

    assert code == 0
    accuracy = load(tmp_path / "run" / CHECKPOINT).origin["validation"]["balanced_accuracy"]
    assert capsys.readouterr().out.splitlines() == [
        f"balanced accuracy {accuracy:.4f} on validation",
        f"checkpoint in {tmp_path / 'run' / CHECKPOINT}",
    ]


def test_the_progress_shows_loss_and_validation_accuracy(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(arguments(corpus, tmp_path / "run"))

    progress = capsys.readouterr().err
    assert "4/4" in progress
    assert "loss=" in progress
    assert "validation 0." in progress


def test_further_noise_is_used_and_named_in_the_checkpoint(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "rain").mkdir()
    (tmp_path / "rain" / "one.flac").write_bytes(encode(noise(40_000), container="FLAC"))

    main(arguments(corpus, tmp_path / "without"))
    code = main(arguments(corpus, tmp_path / "with", "--noise", str(tmp_path / "rain")))

    origins = [load(tmp_path / name / CHECKPOINT).origin for name in ("without", "with")]
    assert code == 0
    assert [origin["arguments"]["noise"] for origin in origins] == [[], ["rain"]]
    assert (tmp_path / "with" / "metrics.jsonl").read_text() != (tmp_path / "without" / "metrics.jsonl").read_text()


def test_a_run_that_is_stopped_in_mid_epoch_can_be_resumed(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "render", broken_off(render, at_call=2))

    assert main(arguments(corpus, tmp_path / "run")) == 130
    assert f"every finished epoch is saved in {tmp_path / 'run'}; continue with --resume" in capsys.readouterr().err

    assert main(arguments(corpus, tmp_path / "run", "--resume")) == 0
    assert epochs_in(tmp_path / "run") == [1, 2]


def test_a_stop_before_the_first_epoch_does_not_promise_a_saved_state(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_module, "held_out", broken_off(held_out, at_call=1))

    assert main(arguments(corpus, tmp_path / "run")) == 130

    assert "stopped; nothing was saved yet" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_an_existing_run_is_not_overwritten(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(arguments(corpus, tmp_path / "run"))
    before = {path: path.read_bytes() for path in (tmp_path / "run").iterdir()}

    assert main(arguments(corpus, tmp_path / "run")) == 1

    assert (
        f"{tmp_path / 'run'} already holds a run; continue it with --resume, or name another" in capsys.readouterr().err
    )
    assert {path: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


@pytest.mark.parametrize("others", [["--epochs", "3"], ["--seed", "1"], ["--network", "gru"], ["--noise", "rain"]])
def test_resuming_with_other_arguments_is_refused(
    corpus: Path, tmp_path: Path, others: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rain").mkdir()
    (tmp_path / "rain" / "one.wav").write_bytes(encode(noise()))
    main(arguments(corpus, tmp_path / "run"))

    assert main(arguments(corpus, tmp_path / "run", "--resume", *others)) == 1

    assert "resume with the same arguments" in capsys.readouterr().err
    assert epochs_in(tmp_path / "run") == [1, 2]


def test_resuming_a_run_that_was_never_begun_is_refused(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(corpus, tmp_path / "run", "--resume")) == 1

    assert "state.safetensors can't be read" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_the_error_for_a_wrong_folder_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(tmp_path / "nowhere", tmp_path / "run")) == 1

    message = capsys.readouterr().err
    assert message.startswith(f"no Speech Commands v0.02 in {tmp_path / 'nowhere' / FOLDER}; name its root with --data")
    assert len(message.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missing_noise_is_named(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(corpus, tmp_path / "run", "--noise", str(tmp_path / "rain"))) == 1

    assert f"{tmp_path / 'rain'} does not exist; --noise takes" in capsys.readouterr().err


def test_a_broken_clip_is_named(own_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_corpus / FOLDER / name_of("go", 3)).write_bytes(b"not a sound")

    assert main(arguments(own_corpus, tmp_path / "run")) == 1

    assert "go/00000003_nohash_0.wav: this is no sound file that heed knows" in capsys.readouterr().err
    assert list(own_corpus.rglob("waveforms*")) == []


def test_a_word_without_clips_is_named(own_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for speaker in range(N_SPEAKERS - 4):
        (own_corpus / FOLDER / name_of("off", speaker)).unlink()

    assert main(arguments(own_corpus, tmp_path / "run")) == 1

    assert "no clips of off in one of the splits" in capsys.readouterr().err


def test_a_data_set_without_background_noise_is_refused(
    own_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_corpus / FOLDER / BACKGROUND_NOISE).rename(own_corpus / "elsewhere")

    assert main(arguments(own_corpus, tmp_path / "run")) == 1

    assert "no recordings in" in capsys.readouterr().err


def test_a_folder_that_can_not_be_written_is_named(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")

    assert main(arguments(corpus, tmp_path / "file")) == 1

    assert str(tmp_path / "file") in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "no folder"


@pytest.mark.parametrize("epochs", ["0", "-1", "two", "1.5"])
def test_only_a_whole_positive_number_of_epochs_is_taken(
    corpus: Path, tmp_path: Path, epochs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "argument --epochs" in usage_error(arguments(corpus, tmp_path / "run", "--epochs", epochs), capsys)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("device", ["gpu", "cuda:99", ""])
def test_a_missing_device_is_refused_before_anything_is_read(
    tmp_path: Path, device: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = usage_error(arguments(tmp_path, tmp_path / "run", "--device", device), capsys)

    assert f"there is no device {device!r} here; cpu always works" in message


def test_the_error_for_an_unknown_network_names_the_known_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = usage_error(arguments(tmp_path, tmp_path / "run", "--network", "transformer"), capsys)

    assert all(name in message for name in ("elman", "gru", "lstm", "attention"))


def test_training_on_one_speaker_takes_all_clips_there_are(own_corpus: Path, tmp_path: Path) -> None:
    for path in (own_corpus / FOLDER).glob("*/0000000[1-7]_*.wav"):
        path.unlink()

    assert main(arguments(own_corpus, tmp_path / "run", "--epochs", "1")) == 0
    assert len(list((own_corpus / FOLDER).glob("*/00000000_*.wav"))) == len(COMMANDS) + 3
    assert torch.isfinite(load(tmp_path / "run" / CHECKPOINT).tensors["network.i2o.weight"]).all()


def test_another_number_of_the_recipe_can_be_set(corpus: Path, tmp_path: Path) -> None:
    numbers = ["--set", "learning_rate=1e-4", "--set", "n_made_sounds=3"]

    code = main(arguments(corpus, tmp_path / "run", *numbers))

    arguments_kept = load(tmp_path / "run" / CHECKPOINT).origin["arguments"]
    assert code == 0
    assert (arguments_kept["learning_rate"], arguments_kept["n_made_sounds"]) == (1e-4, 3)


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("lerning_rate=1", "'lerning_rate' is not a number of the recipe; it has seed, n_epochs"),
        ("noise=1", "'noise' is not a number of the recipe"),
        ("n_masks=two", "n_masks must be a whole number, not 'two'"),
        ("n_masks", "n_masks must be a whole number, not ''"),
    ],
)
def test_a_number_that_can_not_be_set_is_refused_with_the_reason(
    number: str, answer: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    message = usage_error(arguments(tmp_path, tmp_path, "--set", number), capsys)

    assert answer in message


def test_each_network_learns_at_its_own_rate_unless_another_is_set(tmp_path: Path) -> None:
    command = ["--data", "d", "--out", str(tmp_path)]
    further: list[list[str]] = [["--network", "elman"], [], ["--network", "elman", "--set", "learning_rate=1e-3"]]

    rates = [config_of(parse([*command, *options])).learning_rate for options in further]

    assert rates == [3e-4, 2e-3, 1e-3]


def test_a_run_says_what_its_loss_is_and_what_guessing_gives(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(arguments(corpus, tmp_path / "run", "--epochs", "1"))

    line = capsys.readouterr().err.splitlines()
    assert any("of the 12 labels and 0.5 times that of the 35 words" in text for text in line)
    assert any("guessing gives 4.26" in text for text in line)


def test_decoded_clips_go_to_the_folder_that_was_named_and_the_run_says_so(
    own_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(arguments(own_corpus, tmp_path / "run", "--epochs", "1", "--cache", str(tmp_path / "cache")))

    table = tmp_path / "cache" / "training-and-validation" / TABLE
    assert table.is_file()
    assert f"decoded clips to {table}, " in capsys.readouterr().err
    assert not (own_corpus / CACHE).exists()


def test_a_quick_run_reads_few_clips_and_leaves_the_table_of_a_whole_run_alone(
    own_corpus: Path, tmp_path: Path
) -> None:
    main(arguments(own_corpus, tmp_path / "run", "--epochs", "1", "--quick", "--set", "max_clips=4"))

    table = np.load(own_corpus / CACHE / "few-4" / TABLE)
    assert len(table) == (4 + 1) * (len(COMMANDS) + 3)
    assert not (own_corpus / CACHE / "training-and-validation").exists()


def test_a_quick_run_of_the_shipped_kind_is_smaller_and_of_another_kind_as_large_as_ever(tmp_path: Path) -> None:
    command = ["--data", "d", "--out", str(tmp_path), "--quick"]

    attention, gru = (config_of(parse([*command, "--network", network])) for network in ("attention", "gru"))

    assert attention.network_config == AttentionConfig(stem_channels=64, hidden_size=64)
    assert gru.network_config == GRUConfig()
    assert attention.n_epochs == gru.n_epochs == 20


def test_a_quick_run_takes_one_thread(corpus: Path, tmp_path: Path) -> None:
    torch.set_num_threads(2)

    main(arguments(corpus, tmp_path / "run", "--epochs", "1", "--quick"))

    assert torch.get_num_threads() == 1
