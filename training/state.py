"""Everything that training changes, and how far it has come."""

from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor
from torch.optim import AdamW
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from model.checkpoint import Checkpoint
from model.errors import CheckpointError
from model.frontend import Frontend
from model.networks.build import build
from training.config import TrainConfig
from training.student import Student

LAST_LAYERS = ("output.", "i2o.")  # of the gated networks and attention, of the textbook networks


@dataclass(kw_only=True)
class TrainState:
    """A run between two epochs.

    Attributes:
        frontend: stays as it is; the run's device is the one it is on.
        student: the weights that the optimizer changes.
        average: exponential moving average of the student's network; it is validated and shipped.
        n_done: number of epochs behind the run.
        balanced_accuracy: of the average on validation after the last epoch, in [0, 1].
    """

    frontend: Frontend
    student: Student
    average: AveragedModel
    optimizer: AdamW
    n_done: int = 0
    balanced_accuracy: float = 0.0

    @classmethod
    def fresh(cls, config: TrainConfig, frontend: Frontend, device: torch.device) -> Self:
        """Begin a run with weights drawn from its seed."""
        torch.manual_seed(config.seed)
        student = Student(build(config.network_config), len(config.words)).to(device)
        decay = get_ema_multi_avg_fn(config.average_decay)
        return cls(
            frontend=frontend.to(device),
            student=student,
            average=AveragedModel(student.network, multi_avg_fn=decay, use_buffers=True),
            optimizer=AdamW(student.parameters(), weight_decay=config.weight_decay),
        )

    @property
    def device(self) -> torch.device:
        return self.frontend.mean.device

    def start_from(self, checkpoint: Checkpoint, config: TrainConfig) -> None:
        """Take over a checkpoint's front end and network. The word head and the optimizer start afresh.

        Of the network's last layer a run with other labels takes over those that it shares with the checkpoint.

        Raises:
            CheckpointError: the checkpoint holds another network.
        """
        if replace(checkpoint.network_config, n_labels=len(config.labels)) != config.network_config:
            raise CheckpointError(f"the checkpoint to start from holds {checkpoint.network_config}")
        frontend, network = checkpoint.modules()
        weights = network.state_dict()
        for name, fresh in self.student.network.state_dict().items():
            if name.startswith(LAST_LAYERS):
                weights[name] = _with_shared_rows(fresh, weights[name], config.labels, checkpoint.labels)
        self.frontend.load_state_dict(frontend.state_dict())
        self.student.network.load_state_dict(weights)
        self.average.module.load_state_dict(weights)


def _with_shared_rows(fresh: Tensor, rows: Tensor, labels: tuple[str, ...], rows_of: tuple[str, ...]) -> Tensor:
    """Take over the rows of the labels that are in both; both tensors have a row for each label."""
    mixed = fresh.detach().cpu().clone()
    for place, label in enumerate(labels):
        if label in rows_of:
            mixed[place] = rows[rows_of.index(label)]
    return mixed
