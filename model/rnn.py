"""Frames in, logits out: the recurrent networks and their configs.

Every network maps ``(batch, frame, mfcc)`` to ``(batch, label)``. From top to bottom each cures a weakness of the one
before: the textbook RNN forgets, gates remember, attention looks at every frame again before it answers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class ElmanConfig:
    n_mfcc: int = 40
    n_labels: int = 12
    hidden_size: int = 256


class Elman(nn.Module):
    """The textbook recurrent network, written out from two linear layers on ``[x_t, h_{t-1}]``.

    ``i2h``, then tanh, makes the new hidden state; ``i2o``, then log-softmax, the output. With ``i2h`` split into its
    two halves this is ``h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)``, the two biases being one.

    Shape: ``(batch, frame, mfcc)`` to ``(batch, label)``, the log-posteriors after the last frame. Log-posteriors are
    logits too: a softmax leaves them as they are.

    References:
        J. Elman: Finding Structure in Time, 1990.
    """

    def __init__(self, config: ElmanConfig, activation: Callable[[Tensor], Tensor] = torch.tanh) -> None:
        super().__init__()
        self.config = config
        self.activation = activation
        self.i2h = nn.Linear(config.n_mfcc + config.hidden_size, config.hidden_size)
        self.i2o = nn.Linear(config.n_mfcc + config.hidden_size, config.n_labels)

    def step(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """One frame: ``(batch, mfcc)`` and ``(batch, hidden)`` to log-posteriors ``(batch, label)`` and the new h."""
        x_and_h = torch.cat([x, h], dim=-1)
        return self.i2o(x_and_h).log_softmax(dim=-1), self.activation(self.i2h(x_and_h))

    def sequence(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """All frames from ``h = 0``: log-posteriors ``(batch, frame, label)`` and the last h ``(batch, hidden)``."""
        h = frames.new_zeros(len(frames), self.config.hidden_size)
        outputs = []
        for x in frames.unbind(dim=1):
            log_posteriors, h = self.step(x, h)
            outputs.append(log_posteriors)
        return torch.stack(outputs, dim=1), h

    def forward(self, frames: Tensor) -> Tensor:
        log_posteriors, _ = self.sequence(frames)
        return log_posteriors[:, -1]


@dataclass(frozen=True, kw_only=True)
class GRUConfig:
    n_mfcc: int = 40
    n_labels: int = 12
    hidden_size: int = 128
    n_layers: int = 2
    dropout: float = 0.2


@dataclass(frozen=True, kw_only=True)
class LSTMConfig:
    n_mfcc: int = 40
    n_labels: int = 12
    hidden_size: int = 128
    n_layers: int = 2
    dropout: float = 0.2


class Gated(nn.Module):
    """Layers of a gated recurrent network over the frames, left to right; the mean of their states is classified.

    Shape: ``(batch, frame, mfcc)`` to ``(batch, label)``.
    """

    def __init__(self, config: GRUConfig | LSTMConfig, layer: type[nn.GRU] | type[nn.LSTM]) -> None:
        super().__init__()
        self.config = config
        self.rnn = layer(config.n_mfcc, config.hidden_size, config.n_layers, batch_first=True, dropout=config.dropout)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden_size, config.n_labels)

    def forward(self, frames: Tensor) -> Tensor:
        states, _ = self.rnn(frames)  # (batch, frame, hidden)
        logits: Tensor = self.output(self.dropout(states.mean(dim=1)))
        return logits


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


@dataclass(frozen=True, kw_only=True)
class AttentionConfig:
    n_mfcc: int = 40
    n_labels: int = 12
    stem_channels: int = 128
    kernel_size: int = 5
    hidden_size: int = 128
    n_layers: int = 2
    n_heads: int = 4
    dropout: float = 0.2


class Convolution(nn.Module):
    """A convolution over time, batch norm and ReLU; with ``stride=1`` its input is added to its output.

    Shape: ``(batch, channel, frame)`` to ``(batch, channel, ceil(frame / stride))``.
    """

    def __init__(self, n_inputs: int, n_channels: int, kernel_size: int, stride: int) -> None:
        super().__init__()
        self.residual = stride == 1
        self.convolution = nn.Conv1d(
            n_inputs, n_channels, kernel_size, stride=stride, padding=kernel_size // 2, bias=False
        )
        self.norm = nn.BatchNorm1d(n_channels)

    def forward(self, inputs: Tensor) -> Tensor:
        outputs = torch.relu(self.norm(self.convolution(inputs)))
        return inputs + outputs if self.residual else outputs


class Attention(nn.Module):
    """A convolutional stem that strides over time, a bidirectional GRU and multi-head attention pooling.

    After MHAtt-RNN, with three changes: the stem convolves over time with the MFCCs as channels (theirs treats them as
    a picture), it takes every fourth frame, and each head pools its own part of the states with a learned query
    (theirs projects the middle state into the query).

    Shape: ``(batch, frame, mfcc)`` to ``(batch, label)``.

    References:
        O. Rybakov et al.: Streaming keyword spotting on mobile devices, 2020.
        S. Choi et al.: Temporal Convolution for Real-time Keyword Spotting on Mobile Devices, 2019 (the stem).
    """

    def __init__(self, config: AttentionConfig) -> None:
        super().__init__()
        self.config = config
        self.stem: nn.Module = nn.Sequential(
            Convolution(config.n_mfcc, config.stem_channels, config.kernel_size, stride=2),
            Convolution(config.stem_channels, config.stem_channels, config.kernel_size, stride=1),
            Convolution(config.stem_channels, config.stem_channels, config.kernel_size, stride=2),
            Convolution(config.stem_channels, config.stem_channels, config.kernel_size, stride=1),
        )
        self.rnn = nn.GRU(
            config.stem_channels,
            config.hidden_size,
            config.n_layers,
            batch_first=True,
            bidirectional=True,
            dropout=config.dropout,
        )
        self.score = nn.Linear(2 * config.hidden_size, config.n_heads, bias=False)  # the softmax would cancel a bias
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(2 * config.hidden_size, config.n_labels)

    def forward(self, frames: Tensor) -> Tensor:
        stem = self.stem(frames.transpose(1, 2)).transpose(1, 2)  # (batch, frame / 4, channel)
        states, _ = self.rnn(stem)  # (batch, frame / 4, 2 * hidden)
        weights = self.score(states).softmax(dim=1)  # (batch, frame / 4, head)
        parts = states.unflatten(-1, (self.config.n_heads, -1))  # (batch, frame / 4, head, part)
        pooled = (weights.unsqueeze(-1) * parts).sum(dim=1).flatten(1)  # (batch, 2 * hidden)
        logits: Tensor = self.output(self.dropout(pooled))
        return logits


NetworkConfig = ElmanConfig | GRUConfig | LSTMConfig | AttentionConfig
Network = Elman | GRU | LSTM | Attention

CONFIGS: dict[str, type[NetworkConfig]] = {
    "elman": ElmanConfig,
    "gru": GRUConfig,
    "lstm": LSTMConfig,
    "attention": AttentionConfig,
}


def build(config: NetworkConfig) -> Network:
    """Make the network that a config describes, with fresh weights from torch's global generator."""
    match config:
        case ElmanConfig():
            return Elman(config)
        case GRUConfig():
            return GRU(config)
        case LSTMConfig():
            return LSTM(config)
        case AttentionConfig():
            return Attention(config)
