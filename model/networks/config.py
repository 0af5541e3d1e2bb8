"""Map a network's name to its config."""

from model.networks.attention import AttentionConfig
from model.networks.elman import ElmanConfig, FastRNNConfig
from model.networks.gated import GRUConfig, LSTMConfig

NetworkConfig = ElmanConfig | FastRNNConfig | GRUConfig | LSTMConfig | AttentionConfig

CONFIGS: dict[str, type[NetworkConfig]] = {
    "elman": ElmanConfig,
    "fastrnn": FastRNNConfig,
    "gru": GRUConfig,
    "lstm": LSTMConfig,
    "attention": AttentionConfig,
}
