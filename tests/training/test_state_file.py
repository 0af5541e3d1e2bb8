"""A state file loses nothing of a run, and a foreign or torn one is refused."""

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
from training.state import TrainState
from training.state_file import FILE, load_state, save_state

WAVEFORMS = torch.stack([torch.from_numpy(noise(seed=seed)) for seed in range(3)])


def fresh(config: TrainConfig, n_done: int = 0) -> TrainState:
    state = TrainState.fresh(config, Frontend(FrontendConfig()), torch.device("cpu"))
    state.n_done, state.balanced_accuracy = n_done, n_done / 4
    return state


def step(state: TrainState, config: TrainConfig) -> Tensor:
    """Take one step of the optimizer, the same each time, and return its loss."""
    torch.manual_seed(9)
    batch = TrainingBatch(WAVEFORMS, torch.arange(3), torch.arange(3))
    return next(train_epoch(state, [batch], [1e-3], config, torch.Generator().manual_seed(9)))


def tensors_of(state: TrainState) -> list[Tensor]:
    return [*state.student.state_dict().values(), *state.average.state_dict().values()]


@pytest.mark.parametrize("network", CONFIGS)
def test_a_loaded_run_goes_on_as_the_saved_one_does(tmp_path: Path, network: str) -> None:
    config = TrainConfig(network=network)
    saved, loaded = fresh(config), fresh(replace(config, seed=1))
    step(saved, config)
    save_state(tmp_path, config, saved)

    load_state(tmp_path, config, loaded)

    assert [step(loaded, config) for _ in range(2)] == [step(saved, config) for _ in range(2)]
    assert all(map(torch.equal, tensors_of(loaded), tensors_of(saved)))


@pytest.mark.parametrize("n_done", [0, 3])
def test_a_loaded_run_has_come_as_far_as_the_saved_one(tmp_path: Path, n_done: int) -> None:
    config = TrainConfig(network="elman")
    loaded = fresh(config)
    save_state(tmp_path, config, fresh(config, n_done))

    load_state(tmp_path, config, loaded)

    assert (loaded.n_done, loaded.balanced_accuracy) == (n_done, n_done / 4)


@pytest.mark.parametrize(
    "other",
    [{"seed": 1}, {"network": "lstm"}, {"n_epochs": 61}, {"noise": ("rain",)}, {"speed": (0.9, 1.1)}],
    ids=lambda other: next(iter(other)),
)
def test_a_run_with_other_arguments_is_refused_and_stays_as_it_is(tmp_path: Path, other: dict[str, object]) -> None:
    config, others = TrainConfig(network="gru"), TrainConfig(**{"network": "gru"} | other)  # type: ignore[arg-type]
    save_state(tmp_path, config, fresh(config, n_done=3))
    state = fresh(others)
    before = [tensor.clone() for tensor in tensors_of(state)]

    with pytest.raises(CheckpointError, match=r"was made with .*\"seed\": 0.*; resume with the same arguments"):
        load_state(tmp_path, others, state)

    assert all(map(torch.equal, tensors_of(state), before))


def test_a_missing_state_file_is_named(tmp_path: Path) -> None:
    config = TrainConfig(network="elman")

    with pytest.raises(CheckpointError, match=FILE):
        load_state(tmp_path, config, fresh(config))


@pytest.mark.parametrize("n_bytes", [0, 100, 100_000])
def test_a_torn_state_is_refused(tmp_path: Path, n_bytes: int) -> None:
    config = TrainConfig(network="elman")
    save_state(tmp_path, config, fresh(config, n_done=3))
    os.truncate(tmp_path / FILE, n_bytes)

    with pytest.raises(CheckpointError, match=r"can't be read as a safetensors file"):
        load_state(tmp_path, config, fresh(config))


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_state_that_can_not_be_written_leaves_the_one_before(
    tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig(network="elman")
    save_state(tmp_path, config, fresh(config, n_done=3))
    monkeypatch.setattr(os, "replace", broken_off(os.replace, at_call=1, error=error))

    with pytest.raises(type(error)):
        save_state(tmp_path, config, fresh(config, n_done=4))

    loaded = fresh(config)
    load_state(tmp_path, config, loaded)
    assert loaded.n_done == 3
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
