"""A broken-off run in, the run as it stood after its last whole epoch out: weights, average, optimizer."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from torch import Tensor

from model.checkpoint import read_tensors, with_prefix, without_prefix, write_tensors
from model.errors import CheckpointError
from training.config import TrainConfig
from training.student import Learner

FILE = "state.safetensors"


@dataclass(kw_only=True)
class Progress:
    """How far a run is: epochs done, and the balanced accuracy on validation after them."""

    n_done: int = 0
    balanced_accuracy: float = 0.0


def save_state(folder: Path, config: TrainConfig, progress: Progress, learner: Learner) -> None:
    """Write all that the next epoch depends on.

    Raises:
        OSError: the folder can't be written or the disk is full; the state before stays.
    """
    moments = {
        f"{place}.{name}": tensor
        for place, of_parameter in learner.optimizer.state_dict()["state"].items()
        for name, tensor in of_parameter.items()
    }
    tensors = (
        with_prefix("network.", learner.network.state_dict())
        | with_prefix("words.", learner.words.state_dict())
        | with_prefix("average.", learner.average.state_dict())
        | with_prefix("optimizer.", moments)
    )
    write_tensors(tensors, _metadata(config) | {"progress": json.dumps(asdict(progress))}, folder / FILE)


def load_state(folder: Path, config: TrainConfig, learner: Learner) -> Progress:
    """Put a run back to where :func:`save_state` left it.

    Raises:
        CheckpointError: there is no state, it is torn, or it was made with other arguments.
    """
    tensors, metadata = read_tensors(folder / FILE)
    if metadata.get("config") != _metadata(config)["config"]:
        raise CheckpointError(f"{folder / FILE} was made with {metadata.get('config')}; resume with the same arguments")
    learner.network.load_state_dict(without_prefix("network.", tensors))
    learner.words.load_state_dict(without_prefix("words.", tensors))
    learner.average.load_state_dict(without_prefix("average.", tensors))
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in without_prefix("optimizer.", tensors).items():
        place, name = key.split(".")
        state.setdefault(int(place), {})[name] = tensor
    groups = learner.optimizer.state_dict()["param_groups"]
    learner.optimizer.load_state_dict({"state": state, "param_groups": groups})
    return Progress(**json.loads(metadata["progress"]))


def _metadata(config: TrainConfig) -> dict[str, str]:
    return {"config": json.dumps(asdict(config))}
