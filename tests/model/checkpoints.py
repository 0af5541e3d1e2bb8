"""Make a small checkpoint of random weights from a seed."""

from dataclasses import replace

import torch

from model.checkpoint import Checkpoint, tensors_of
from model.frontend import Frontend, FrontendConfig
from model.networks.attention import AttentionConfig
from model.networks.build import build
from model.networks.config import NetworkConfig
from model.networks.elman import ElmanConfig, FastRNNConfig
from model.networks.gated import GRUConfig, LSTMConfig
from tests.labels import LABELS

SMALL: dict[str, NetworkConfig] = {
    "elman": ElmanConfig(hidden_size=8),
    "fastrnn": FastRNNConfig(hidden_size=8),
    "gru": GRUConfig(hidden_size=8),
    "lstm": LSTMConfig(hidden_size=8),
    "attention": AttentionConfig(stem_channels=8, hidden_size=8, n_heads=2),
}


def random_checkpoint(
    network: str = "gru",
    *,
    config: NetworkConfig | None = None,
    labels: tuple[str, ...] = LABELS,
    temperature: float = 1.0,
    threshold: float = 0.5,
    seed: int = 0,
    hop_ms: int = 10,
) -> Checkpoint:
    torch.manual_seed(seed)
    network_config = config or replace(SMALL[network], n_labels=len(labels))
    frontend = Frontend(FrontendConfig(hop_ms=hop_ms))
    frontend.normalize_by(torch.randn(40), torch.rand(40) + 1.0)
    return Checkpoint(
        network=network,
        network_config=network_config,
        frontend_config=frontend.config,
        labels=labels,
        temperature=temperature,
        threshold=threshold,
        tensors=tensors_of(frontend, build(network_config)),
        origin={"epoch": 3, "validation": {"accuracy": 0.95}},
    )
