"""Put a layer that ONNX knows in place of a network that steps through the frames in Python."""

import torch
from torch import Tensor, nn

from model.networks.elman import Elman, FastRNN

OPEN = 20.0  # before the sigmoid: 1 in float32


class GraphElman(nn.Module):
    """The textbook network or FastRNN, computed as a GRU whose gates are constant.

    A trace of their steps would have as many nodes as one clip has frames, and fit no clip of another length. A GRU
    computes ``h = (1 - z) tanh(W_ih x + b + r W_hh h) + z h``. With r = 1, z = beta, and W_hh divided by
    ``s = (1 - beta) / alpha``, its state is s times theirs. In the textbook network alpha is 1 and beta 0.

    Shape: ``(batch, frame, mfcc)`` to ``(batch, label)``.
    """

    def __init__(self, network: Elman) -> None:
        super().__init__()
        self.network = network
        self.scale, self.gru = _with_constant_gates(network)

    def forward(self, frames: Tensor) -> Tensor:
        states, _ = self.gru(frames)
        first = torch.zeros_like(states[:, :1])
        h = torch.cat([first, states], dim=1)[:, -2] / self.scale
        return self.network.classify(torch.cat([frames[:, -1], h], dim=-1))


@torch.no_grad()
def _with_constant_gates(network: Elman) -> tuple[Tensor, nn.GRU]:
    """Return the factor by which the GRU's states are larger, and the GRU."""
    n_mfcc, size = network.config.n_mfcc, network.config.hidden_size
    alpha, beta = torch.ones(1), torch.zeros(1)
    if isinstance(network, FastRNN):
        alpha, beta = network.alpha.sigmoid(), network.beta.sigmoid()
    scale = (1 - beta) / alpha
    of_x, of_h = network.i2h.weight.split([n_mfcc, size], dim=1)
    gates = torch.cat([torch.full((size,), OPEN), beta.logit(eps=1e-9).expand(size)])  # torch's order: r, z, new
    weights = {
        "weight_ih_l0": torch.cat([torch.zeros(2 * size, n_mfcc), of_x]),
        "weight_hh_l0": torch.cat([torch.zeros(2 * size, size), of_h / scale]),
        "bias_ih_l0": torch.cat([gates, network.i2h.bias]),
        "bias_hh_l0": torch.zeros(3 * size),
    }
    gru = nn.GRU(n_mfcc, size, batch_first=True)
    gru.load_state_dict(weights)
    return scale, gru
