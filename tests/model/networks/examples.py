"""Small networks of every kind, and frames for them."""

from dataclasses import replace

import torch
from torch import Tensor

from model.networks.attention import AttentionConfig
from model.networks.build import Network, build
from model.networks.config import NetworkConfig
from model.networks.elman import ElmanConfig
from model.networks.gated import GRUConfig, LSTMConfig
from tests.model.checkpoints import SMALL

OTHER_WAY: dict[str, NetworkConfig] = {
    "gru, both ways": GRUConfig(hidden_size=8, bidirectional=True),
    "lstm, both ways": LSTMConfig(hidden_size=8, bidirectional=True),
    "attention, one way": AttentionConfig(stem_channels=8, hidden_size=16, n_heads=2, bidirectional=False),
}
NETWORKS = SMALL | OTHER_WAY


def random_frames(n_clips: int = 3, n_frames: int = 11, n_mfcc: int = 40, *, seed: int = 0) -> Tensor:
    return torch.randn(n_clips, n_frames, n_mfcc, generator=torch.Generator().manual_seed(seed))


def small(name: str) -> Network:
    torch.manual_seed(0)
    return build(NETWORKS[name])


def without_dropout(name: str) -> Network:
    torch.manual_seed(0)
    config = NETWORKS[name]
    return build(config if isinstance(config, ElmanConfig) else replace(config, dropout=0.0))
