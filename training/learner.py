"""A config in, what learns out: the front end, the network, the running average of its weights and the optimizer."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from model.frontend import Frontend
from model.rnn import CONFIGS, build
from training.config import TrainConfig


@dataclass(frozen=True, kw_only=True)
class Learner:
    """What an epoch changes, and the front end, which it does not.

    ``average`` follows ``network`` as an exponential moving average; it is what is validated and shipped.
    """

    frontend: Frontend
    network: nn.Module
    average: AveragedModel
    optimizer: AdamW

    @classmethod
    def fresh(cls, config: TrainConfig, frontend: Frontend, device: torch.device) -> Self:
        """A network with weights from the run's seed."""
        torch.manual_seed(config.seed)
        network = build(CONFIGS[config.network]()).to(device)
        return cls(
            frontend=frontend.to(device),
            network=network,
            average=AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.average_decay), use_buffers=True),
            optimizer=AdamW(network.parameters(), weight_decay=config.weight_decay),
        )

    @torch.inference_mode()
    def logits(self, waveforms: Tensor, batch_size: int = 256) -> Tensor:
        """Logits of the averaged network, on the CPU.

        Shape: ``(clip, time)`` to ``(clip, label)``.
        """
        self.average.eval()
        device = self.frontend.mean.device
        parts = torch.split(waveforms, batch_size)
        return torch.cat([self.average(self.frontend(part.to(device))).float().cpu() for part in parts])
