"""Frames in, logits out: the textbook recurrent network, and FastRNN, which lets its state stay.

Every network maps ``(batch, frame, mfcc)`` to ``(batch, label)``. From top to bottom each cures a weakness of the one
before: the textbook RNN forgets, a residual path lets its state stay, gates choose what stays, and attention
(:mod:`model.networks.attention`) looks at every frame again before it answers. ``docs/networks.md`` takes the long way.
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
        self.n_features = config.n_mfcc + config.hidden_size

    def step(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """Read a frame: ``(batch, mfcc)`` and ``(batch, hidden)`` to the log-posteriors ``(batch, label)`` and h."""
        x_and_h = torch.cat([x, h], dim=-1)
        return self.i2o(x_and_h).log_softmax(dim=-1), self.activation(self.i2h(x_and_h))

    def sequence(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Read all frames from ``h = 0``: to log-posteriors ``(batch, frame, label)`` and the last h."""
        h = frames.new_zeros(len(frames), self.config.hidden_size)
        outputs = []
        for x in frames.unbind(dim=1):
            log_posteriors, h = self.step(x, h)
            outputs.append(log_posteriors)
        return torch.stack(outputs, dim=1), h

    def features(self, frames: Tensor) -> Tensor:
        """Put together what ``i2o`` reads at the end: the last frame and the state before it."""
        h = frames.new_zeros(len(frames), self.config.hidden_size)
        for x in frames[:, :-1].unbind(dim=1):
            _, h = self.step(x, h)
        return torch.cat([frames[:, -1], h], dim=-1)

    def classify(self, features: Tensor) -> Tensor:
        return torch.log_softmax(self.i2o(features), dim=-1)

    def forward(self, frames: Tensor) -> Tensor:
        return self.classify(self.features(frames))


@dataclass(frozen=True, kw_only=True)
class FastRNNConfig(ElmanConfig):
    """The same numbers as the textbook network's."""


class FastRNN(Elman):
    """The textbook network with a residual path: the new state is mostly the old one.

    ``h_t = alpha tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh) + beta h_{t-1}``. The shares alpha and beta are learned,
    one number each for all of the state, and kept between 0 and 1 by a sigmoid; they start at 0.05 and 0.95.

    References:
        A. Kusupati et al.: FastGRNN: A Fast, Accurate, Stable and Tiny Kilobyte Sized Gated Recurrent Neural Network,
        2018 (FastRNN is its first half).
    """

    def __init__(self, config: FastRNNConfig) -> None:
        super().__init__(config)
        # of one dimension, unlike a scalar, so that a state computed in bfloat16 is still added up in float32
        self.alpha = nn.Parameter(torch.tensor([-3.0]))
        self.beta = nn.Parameter(torch.tensor([3.0]))

    def step(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        log_posteriors, candidate = super().step(x, h)
        return log_posteriors, self.alpha.sigmoid() * candidate + self.beta.sigmoid() * h
