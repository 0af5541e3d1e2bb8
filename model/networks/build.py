"""Build a network from its config."""

from model.networks.attention import Attention, AttentionConfig
from model.networks.config import NetworkConfig
from model.networks.elman import Elman, ElmanConfig, FastRNN, FastRNNConfig
from model.networks.gated import GRU, LSTM, GRUConfig, LSTMConfig

Network = Elman | FastRNN | GRU | LSTM | Attention


def build(config: NetworkConfig) -> Network:
    """Make the network that a config describes, with fresh weights from torch's global generator."""
    match config:
        case FastRNNConfig():  # before what it inherits from
            return FastRNN(config)
        case ElmanConfig():
            return Elman(config)
        case GRUConfig():
            return GRU(config)
        case LSTMConfig():
            return LSTM(config)
        case AttentionConfig():
            return Attention(config)
