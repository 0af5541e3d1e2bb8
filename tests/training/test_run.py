"""A run leaves a checkpoint, repeats with its seed, and goes on to the same numbers after an interruption."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from model.checkpoint import load, read_tensors
from model.errors import CheckpointError
from model.frontend import Frontend, FrontendConfig
from model.labels import SILENCE, UNKNOWN
from model.recognizer import Recognizer
from tests.labels import LABELS
from tests.training.interrupts import broken_off
from training import run as run_module
from training.config import TrainConfig
from training.data.batches import plan_epoch, render
from training.data.clips import Clip
from training.data.dataset import TrainingData, read_data
from training.loop import learning_rate_at
from training.normalization import normalized_frontend
from training.run import CHECKPOINT, train
from training.run_log import FILE as METRICS
from training.state import TrainState
from training.state_file import FILE as STATE

CONFIG = TrainConfig(network="elman", batch_size=32, n_epochs=3)
CPU = torch.device("cpu")


def metrics_of(run: Path) -> list[dict[str, float]]:
    """Read all figures but the seconds, which differ from run to run."""
    lines = [json.loads(line) for line in (run / METRICS).read_text().splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


def tensors_in(path: Path) -> dict[str, Tensor]:
    return read_tensors(path)[0]


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def files_of(run: Path) -> set[str]:
    return {path.name for path in run.iterdir() if not path.name.startswith("events.out.tfevents")}


@pytest.fixture(scope="module")
def unbroken(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a whole run with ``CONFIG`` and return its folder."""
    folder = tmp_path_factory.mktemp("unbroken")
    torch.set_num_threads(1)
    train(data, CONFIG, folder, CPU)
    return folder


def test_a_run_leaves_its_checkpoint_state_metrics_and_events(unbroken: Path) -> None:
    assert files_of(unbroken) == {CHECKPOINT, STATE, METRICS}
    assert len(list(unbroken.glob("events.out.tfevents*"))) == 1
    assert [line["epoch"] for line in metrics_of(unbroken)] == [1, 2, 3]


def test_the_checkpoint_is_that_of_the_last_epoch_and_says_where_it_came_from(
    unbroken: Path, data: TrainingData
) -> None:
    checkpoint = load(unbroken / CHECKPOINT)

    last = metrics_of(unbroken)[-1]
    assert checkpoint.labels == LABELS
    assert checkpoint.origin["epoch"] == last["epoch"]
    assert checkpoint.origin["validation"]["balanced_accuracy"] == last["balanced_accuracy"]
    assert checkpoint.origin["data"] == data.cache.digest
    assert checkpoint.origin["arguments"]["network"] == "elman"


def test_the_checkpoint_scores_as_it_was_validated(unbroken: Path, data: TrainingData) -> None:
    waveforms, targets = data.validation
    recognizer = Recognizer.load(unbroken / CHECKPOINT)

    answers = recognizer.posteriors(waveforms.numpy()).argmax(axis=1)

    assert (answers == targets.numpy()).mean() == pytest.approx(
        load(unbroken / CHECKPOINT).origin["validation"]["accuracy"]
    )


def test_a_run_learns(data: TrainingData, tmp_path: Path) -> None:
    easy = TrainConfig(network="gru", shift_ms=100.0, speed=(0.9, 1.1), noise_snr_db=(20.0, 40.0))
    config = replace(easy, batch_size=8, n_epochs=8, warmup_epochs=0.5, average_decay=0.9)

    state = train(data, config, tmp_path, CPU)

    assert state.balanced_accuracy > 0.6
    assert metrics_of(tmp_path)[-1]["loss"] < metrics_of(tmp_path)[0]["loss"] - 0.5


def test_the_same_seed_gives_the_same_run_and_another_does_not(
    unbroken: Path, data: TrainingData, tmp_path: Path
) -> None:
    train(data, CONFIG, tmp_path / "again", CPU)
    train(data, replace(CONFIG, seed=1), tmp_path / "other", CPU)

    assert metrics_of(tmp_path / "again") == metrics_of(unbroken)
    assert same(tensors_in(tmp_path / "again" / STATE), tensors_in(unbroken / STATE))
    assert metrics_of(tmp_path / "other") != metrics_of(unbroken)


def test_a_run_can_start_from_the_weights_of_another(unbroken: Path, data: TrainingData, tmp_path: Path) -> None:
    start = load(unbroken / CHECKPOINT)

    train(data, replace(CONFIG, n_epochs=1, learning_rate=0.0, seed=5), tmp_path, CPU, start=start)

    weights = tensors_in(tmp_path / CHECKPOINT)
    assert all(torch.allclose(weights[name], tensor) for name, tensor in start.tensors.items())


def test_a_run_can_not_start_from_another_network(unbroken: Path, data: TrainingData, tmp_path: Path) -> None:
    start = load(unbroken / CHECKPOINT)

    with pytest.raises(CheckpointError, match="holds ElmanConfig"):
        train(data, replace(CONFIG, network="gru"), tmp_path, CPU, start=start)


def test_a_run_with_other_labels_takes_over_the_rows_of_those_that_it_shares(unbroken: Path) -> None:
    start = load(unbroken / CHECKPOINT)
    config = replace(CONFIG, commands=("cat", "yes"))
    state = TrainState.fresh(config, Frontend(FrontendConfig()), CPU)
    fresh = state.student.network.state_dict()["i2o.weight"].clone()

    state.start_from(start, config)

    rows, before = state.student.network.state_dict()["i2o.weight"], start.tensors["network.i2o.weight"]
    shared = [start.labels.index(label) for label in (SILENCE, UNKNOWN, "yes")]
    assert torch.equal(rows[[0, 1, 3]], before[shared])
    assert torch.equal(rows[2], fresh[2])


def test_a_run_can_learn_other_commands(corpus: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, commands=("bed", "cat"), n_epochs=1)

    train(read_data(corpus, [], [], config), config, tmp_path, CPU)

    assert load(tmp_path / CHECKPOINT).labels == ("_silence_", "_unknown_", "bed", "cat")


def test_frames_of_the_training_clips_have_mean_zero_and_deviation_one(data: TrainingData) -> None:
    frames = normalized_frontend(data, CONFIG)(data.cache.waveforms(data.clips)).flatten(0, 1)

    assert torch.allclose(frames.mean(dim=0), torch.zeros(40), atol=1e-3)
    assert torch.allclose(frames.std(dim=0), torch.ones(40), atol=1e-3)


def test_the_learning_rate_goes_on_from_batch_to_batch_and_from_epoch_to_epoch(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def recorded(epoch: float, config: TrainConfig) -> float:
        asked.append(epoch)
        return learning_rate_at(epoch, config)

    monkeypatch.setattr(run_module, "learning_rate_at", recorded)
    train(data, CONFIG, tmp_path, CPU)

    assert asked == pytest.approx([place / 5 for place in range(1, 16)])


def test_every_epoch_draws_anew(data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = []

    def recorded(*arguments: Any) -> list[list[Clip | None]]:
        plans.append(plan_epoch(*arguments))
        return plans[-1]

    monkeypatch.setattr(run_module, "plan_epoch", recorded)
    train(data, replace(CONFIG, n_epochs=2), tmp_path, CPU)

    first, second = plans[-2:]
    assert first != second


@pytest.mark.parametrize(
    ("name", "at_call"), [("render", 1), ("render", 5), ("save", 1), ("validate", 2), ("save_state", 3)]
)
def test_a_run_that_was_broken_off_goes_on_to_the_numbers_of_an_unbroken_one(
    unbroken: Path, data: TrainingData, tmp_path: Path, name: str, at_call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, name, broken_off(getattr(run_module, name), at_call=at_call))
    with pytest.raises(KeyboardInterrupt):
        train(data, CONFIG, tmp_path, CPU)

    train(data, CONFIG, tmp_path, CPU, resume=True)

    assert metrics_of(tmp_path) == metrics_of(unbroken)
    assert same(tensors_in(tmp_path / STATE), tensors_in(unbroken / STATE))
    assert same(tensors_in(tmp_path / CHECKPOINT), tensors_in(unbroken / CHECKPOINT))


def test_dropout_and_batch_norm_go_on_to_the_numbers_of_an_unbroken_run(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig(network="attention", batch_size=32, n_epochs=2)
    train(data, config, tmp_path / "unbroken", CPU)
    monkeypatch.setattr(run_module, "render", broken_off(render, at_call=5))
    with pytest.raises(KeyboardInterrupt):
        train(data, config, tmp_path / "broken", CPU)

    train(data, config, tmp_path / "broken", CPU, resume=True)

    assert metrics_of(tmp_path / "broken") == metrics_of(tmp_path / "unbroken")
    assert same(tensors_in(tmp_path / "broken" / STATE), tensors_in(tmp_path / "unbroken" / STATE))


def test_resuming_a_finished_run_changes_nothing(unbroken: Path, data: TrainingData) -> None:
    before = {path.name: path.read_bytes() for path in (unbroken / METRICS, unbroken / CHECKPOINT)}

    state = train(data, CONFIG, unbroken, CPU, resume=True)

    assert state.n_done == 3
    assert {path.name: path.read_bytes() for path in (unbroken / METRICS, unbroken / CHECKPOINT)} == before


@pytest.mark.parametrize("name", ["save", "save_state"])
def test_a_full_disk_leaves_what_was_written_before(
    data: TrainingData, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(data, replace(CONFIG, n_epochs=1), tmp_path / "short", CPU)
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(os, "replace", broken_off(os.replace, at_call={"save": 2, "save_state": 3}[name], error=full))

    with pytest.raises(OSError, match="No space left"):
        train(data, CONFIG, tmp_path / "full", CPU)

    assert files_of(tmp_path / "full") == {STATE, METRICS, CHECKPOINT} - ({CHECKPOINT} if name == "save" else set())
    assert tensors_in(tmp_path / "full" / STATE)["average.n_averaged"] == 0
