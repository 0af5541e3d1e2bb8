"""Frames in, logits out: gated recurrent networks, whose gates choose what stays in the state."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class GRUConfig:
    n_mfcc: int = 40
    n_labels: int = 12
    hidden_size: int = 128
    n_layers: int = 2
    dropout: float = 0.2
    bidirectional: bool = False


@dataclass(frozen=True, kw_only=True)
class LSTMConfig:
    n_mfcc: int = 40
    n_labels: int = 12
    hidden_size: int = 128
    n_layers: int = 2
    dropout: float = 0.2
    bidirectional: bool = False


class Gated(nn.Module):
    """Layers of a gated recurrent network over the frames; the mean of their states is classified.

    Left to right, or ``bidirectional``: once each way, the two states of a frame side by side.

    Shape: ``(batch, frame, mfcc)`` to ``(batch, label)``.
    """

    def __init__(self, config: GRUConfig | LSTMConfig, layer: type[nn.GRU] | type[nn.LSTM]) -> None:
        super().__init__()
        self.config = config
        self.rnn = layer(
            config.n_mfcc,
            config.hidden_size,
            config.n_layers,
            batch_first=True,
            bidirectional=config.bidirectional,
            dropout=config.dropout,
        )
        self.n_features = (2 if config.bidirectional else 1) * config.hidden_size
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(self.n_features, config.n_labels)

    def features(self, frames: Tensor) -> Tensor:
        states, _ = self.rnn(frames)  # (batch, frame, hidden), or twice hidden
        return torch.mean(states, dim=1)

    def classify(self, features: Tensor) -> Tensor:
        logits: Tensor = self.output(self.dropout(features))
        return logits

    def forward(self, frames: Tensor) -> Tensor:
        return self.classify(self.features(frames))


class GRU(Gated):
    """Gated recurrent units: a gate says how much of the state stays.

    References:
        K. Cho et al.: Learning Phrase Representations using RNN Encoder-Decoder, 2014.
    """

    def __init__(self, config: GRUConfig) -> None:
        super().__init__(config, nn.GRU)


class LSTM(Gated):
    """Long short-term memory: a cell beside the state, changed only through gates.

    References:
        S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, 1997.
    """

    def __init__(self, config: LSTMConfig) -> None:
        super().__init__(config, nn.LSTM)
