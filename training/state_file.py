"""Save a run after each epoch, and go on from there."""

import json
from dataclasses import asdict
from pathlib import Path

from torch import Tensor

from model.checkpoint import read_tensors, with_prefix, without_prefix, write_tensors
from model.errors import CheckpointError
from training.config import TrainConfig
from training.state import TrainState

FILE = "state.safetensors"


def save_state(folder: Path, config: TrainConfig, state: TrainState) -> None:
    """Write everything that the next epoch depends on.

    Raises:
        OSError: the folder can't be written or the disk is full; the state before stays.
    """
    moments = {
        f"{place}.{name}": tensor
        for place, of_parameter in state.optimizer.state_dict()["state"].items()
        for name, tensor in of_parameter.items()
    }
    tensors = (
        with_prefix("student.", state.student.state_dict())
        | with_prefix("average.", state.average.state_dict())
        | with_prefix("optimizer.", moments)
    )
    progress = {"n_done": state.n_done, "balanced_accuracy": state.balanced_accuracy}
    write_tensors(tensors, {"config": _as_json(config), "progress": json.dumps(progress)}, folder / FILE)


def load_state(folder: Path, config: TrainConfig, state: TrainState) -> None:
    """Put a fresh run back to where :func:`save_state` left it.

    Raises:
        CheckpointError: there is no state, it is torn, or it was made with other arguments.
    """
    tensors, metadata = read_tensors(folder / FILE)
    if metadata.get("config") != _as_json(config):
        raise CheckpointError(f"{folder / FILE} was made with {metadata.get('config')}; resume with the same arguments")
    state.student.load_state_dict(without_prefix("student.", tensors))
    state.average.load_state_dict(without_prefix("average.", tensors))
    moments: dict[int, dict[str, Tensor]] = {}
    for key, tensor in without_prefix("optimizer.", tensors).items():
        place, name = key.split(".")
        moments.setdefault(int(place), {})[name] = tensor
    groups = state.optimizer.state_dict()["param_groups"]
    state.optimizer.load_state_dict({"state": moments, "param_groups": groups})
    progress = json.loads(metadata["progress"])
    state.n_done, state.balanced_accuracy = progress["n_done"], progress["balanced_accuracy"]


def _as_json(config: TrainConfig) -> str:
    return json.dumps(asdict(config))
