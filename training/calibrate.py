"""Logits and targets of the validation split in, temperature and threshold out."""

import torch
from torch import Tensor

from model.labels import is_command

TEMPERATURES = torch.logspace(-2.0, 2.0, 401, base=2.0)  # a quarter to four, in steps of under 1 %


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """The temperature under which the true labels are likeliest.

    Shape: ``(clip, label)``, ``(clip,)``.

    References:
        C. Guo et al.: On Calibration of Modern Neural Networks, 2017.
    """
    losses = [torch.nn.functional.cross_entropy(logits / temperature, targets) for temperature in TEMPERATURES]
    return float(TEMPERATURES[torch.stack(losses).argmin()])


def fit_threshold(posteriors: Tensor, targets: Tensor, labels: tuple[str, ...], max_false_accepts: float) -> float:
    """The least threshold that accepts at most a share of the clips without a command.

    Args:
        labels: of the posteriors, in their order.
        max_false_accepts: share of the clips whose target is silence or unknown, in [0, 1].

    Shape: ``(clip, label)``, ``(clip,)``; returns a number in [0, 1], rounded up to three digits.
    """
    command = torch.tensor([is_command(label) for label in labels])
    confidence, likeliest = posteriors[~command[targets]].max(dim=1)
    heard = torch.where(command[likeliest], confidence, 0.0).sort(descending=True).values
    n_allowed = int(max_false_accepts * len(heard))
    highest_refused = float(heard[n_allowed]) if n_allowed < len(heard) else 0.0
    return min(1.0, int(highest_refused * 1000 + 1) / 1000)
