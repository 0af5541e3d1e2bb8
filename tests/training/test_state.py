"""A run in, its state in a file, the run out again: nothing is lost, and nothing foreign is taken."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.errors import CheckpointError
from model.frontend import Frontend, FrontendConfig
from model.networks.config import CONFIGS
from tests.signals import noise
from tests.training.interrupts import broken_off
from training.config import TrainConfig
from training.data.batches import TrainingBatch
from training.loop import train_epoch
from training.state import FILE, Progress, load_state, save_state
from training.student import Learner

PROGRESS = Progress(n_done=3, balanced_accuracy=0.75)
WAVEFORMS = torch.stack([torch.from_numpy(noise(seed=seed)) for seed in range(3)])


def fresh(config: TrainConfig) -> Learner:
    return Learner.fresh(config, Frontend(FrontendConfig()), torch.device("cpu"))


def step(learner: Learner, config: TrainConfig) -> float:
    """One step of the optimizer, the same each time; returns its loss."""
    torch.manual_seed(9)
    return next(
        train_epoch(
            learner,
            [TrainingBatch(WAVEFORMS, torch.arange(3), torch.arange(3))],
            [1e-3],
            config,
            torch.Generator().manual_seed(9),
        )
    )


def tensors_of(learner: Learner) -> list[Tensor]:
    return [*learner.network.state_dict().values(), *learner.average.state_dict().values()]


@pytest.mark.parametrize("network", CONFIGS)
def test_a_loaded_run_goes_on_as_the_saved_one_does(tmp_path: Path, network: str) -> None:
    config = TrainConfig(network=network)
    saved, loaded = fresh(config), fresh(replace(config, seed=1))
    step(saved, config)
    save_state(tmp_path, config, PROGRESS, saved)

    progress = load_state(tmp_path, config, loaded)

    assert progress == PROGRESS
    assert [step(loaded, config) for _ in range(2)] == [step(saved, config) for _ in range(2)]
    assert all(map(torch.equal, tensors_of(loaded), tensors_of(saved)))


def test_a_run_that_took_no_step_can_be_saved_too(tmp_path: Path) -> None:
    config = TrainConfig(network="elman")
    save_state(tmp_path, config, Progress(), fresh(config))

    assert load_state(tmp_path, config, fresh(config)) == Progress()


@pytest.mark.parametrize(
    "other",
    [{"seed": 1}, {"network": "lstm"}, {"n_epochs": 61}, {"noise": ("rain",)}, {"speed": (0.9, 1.1)}],
    ids=lambda other: next(iter(other)),
)
def test_a_run_with_other_arguments_is_refused_and_stays_as_it_is(tmp_path: Path, other: dict[str, object]) -> None:
    config, others = TrainConfig(network="gru"), TrainConfig(**{"network": "gru"} | other)  # type: ignore[arg-type]
    save_state(tmp_path, config, PROGRESS, fresh(config))
    learner = fresh(others)
    before = [tensor.clone() for tensor in tensors_of(learner)]

    with pytest.raises(CheckpointError, match=r"was made with .*\"seed\": 0.*; resume with the same arguments"):
        load_state(tmp_path, others, learner)

    assert all(map(torch.equal, tensors_of(learner), before))


def test_where_there_is_no_state_it_is_named(tmp_path: Path) -> None:
    config = TrainConfig(network="elman")

    with pytest.raises(CheckpointError, match=FILE):
        load_state(tmp_path, config, fresh(config))


@pytest.mark.parametrize("n_bytes", [0, 100, 100_000])
def test_a_torn_state_is_refused(tmp_path: Path, n_bytes: int) -> None:
    config = TrainConfig(network="elman")
    save_state(tmp_path, config, PROGRESS, fresh(config))
    os.truncate(tmp_path / FILE, n_bytes)

    with pytest.raises(CheckpointError, match=r"can't be read as a safetensors file"):
        load_state(tmp_path, config, fresh(config))


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_state_that_can_not_be_written_leaves_the_one_before(
    tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig(network="elman")
    save_state(tmp_path, config, PROGRESS, fresh(config))
    monkeypatch.setattr(os, "replace", broken_off(os.replace, at_call=1, error=error))

    with pytest.raises(type(error)):
        save_state(tmp_path, config, replace(PROGRESS, n_done=4), fresh(config))

    assert load_state(tmp_path, config, fresh(config)) == PROGRESS
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
