"""A config in, what learns out: the front end, the network, the running average of its weights and the optimizer."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from model.checkpoint import Checkpoint
from model.errors import CheckpointError
from model.frontend import Frontend
from model.networks.build import Network, build
from training.config import TrainConfig
from training.data.speech_commands import WORDS


@dataclass(frozen=True, kw_only=True)
class Learner:
    """What an epoch changes, and the front end, which it does not.

    ``average`` follows ``network`` as an exponential moving average; it is what is validated and shipped. ``words``
    reads the word from the features that the labels are read from, which teaches the network what is behind
    ``_unknown_``; it does not ship.
    """

    frontend: Frontend
    network: Network
    words: nn.Linear
    average: AveragedModel
    optimizer: AdamW

    @classmethod
    def fresh(cls, config: TrainConfig, frontend: Frontend, device: torch.device) -> Self:
        """A network with weights from the run's seed."""
        torch.manual_seed(config.seed)
        network = build(config.network_config).to(device)
        words = nn.Linear(network.n_features, len(WORDS)).to(device)
        return cls(
            frontend=frontend.to(device),
            network=network,
            words=words,
            average=AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.average_decay), use_buffers=True),
            optimizer=AdamW([*network.parameters(), *words.parameters()], weight_decay=config.weight_decay),
        )

    def start_from(self, checkpoint: Checkpoint, config: TrainConfig) -> None:
        """Take over the front end's statistics and the network's weights; the optimizer starts afresh.

        Raises:
            CheckpointError: the checkpoint holds another network, or has other labels.
        """
        frontend, network = checkpoint.modules()
        if checkpoint.labels != config.labels:
            raise CheckpointError(f"the checkpoint to start from has the labels {checkpoint.labels}")
        if checkpoint.network_config != self.network.config:
            raise CheckpointError(f"the checkpoint to start from holds {checkpoint.network_config}")
        self.frontend.load_state_dict(frontend.state_dict())
        self.network.load_state_dict(network.state_dict())
        self.average.module.load_state_dict(network.state_dict())

    @torch.inference_mode()
    def logits(self, waveforms: Tensor, batch_size: int = 256) -> Tensor:
        """Logits of the averaged network, on the CPU.

        Shape: ``(clip, time)`` to ``(clip, label)``.
        """
        self.average.eval()
        device = self.frontend.mean.device
        parts = torch.split(waveforms, batch_size)
        return torch.cat([self.average(self.frontend(part.to(device))).float().cpu() for part in parts])
