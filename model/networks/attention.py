"""Frames in, logits out: convolutions, a GRU and attention, the network that ships."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


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
    bidirectional: bool = True


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
    """A convolutional stem that strides over time, a GRU (both ways by default) and multi-head attention pooling.

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
            bidirectional=config.bidirectional,
            dropout=config.dropout,
        )
        self.n_features = (2 if config.bidirectional else 1) * config.hidden_size
        self.score = nn.Linear(self.n_features, config.n_heads, bias=False)  # the softmax would cancel a bias
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(self.n_features, config.n_labels)

    def features(self, frames: Tensor) -> Tensor:
        stem = self.stem(frames.transpose(1, 2)).transpose(1, 2)  # (batch, frame / 4, channel)
        states, _ = self.rnn(stem)  # (batch, frame / 4, state): both ways it is twice hidden
        weights = self.score(states).softmax(dim=1)  # (batch, frame / 4, head)
        parts = states.unflatten(-1, (self.config.n_heads, -1))  # (batch, frame / 4, head, part)
        return torch.sum(weights.unsqueeze(-1) * parts, dim=1).flatten(1)  # (batch, state)

    def classify(self, features: Tensor) -> Tensor:
        logits: Tensor = self.output(self.dropout(features))
        return logits

    def forward(self, frames: Tensor) -> Tensor:
        return self.classify(self.features(frames))
