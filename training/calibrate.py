"""Fit temperature and threshold to the logits and targets of the validation split."""

import torch
from torch import Tensor

from model.labels import is_command

TEMPERATURES = torch.logspace(-2.0, 2.0, 401, base=2.0)  # a quarter to four, in steps of under 1 %


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """Find the temperature under which the true labels are likeliest, between 0.25 and 4.

    Shape: logits ``(clip, label)``, targets ``(clip,)``.

    References:
        C. Guo et al.: On Calibration of Modern Neural Networks, 2017.
    """
    losses = [torch.nn.functional.cross_entropy(logits / temperature, targets) for temperature in TEMPERATURES]
    return float(TEMPERATURES[torch.stack(losses).argmin()])


def fit_threshold(posteriors: Tensor, targets: Tensor, labels: tuple[str, ...], max_false_accepts: float) -> float:
    """Find the lowest threshold that accepts at most a given share of the clips without a command.

    Args:
        labels: in the order of the posteriors.
        max_false_accepts: that share, in [0, 1]. Clips whose target is silence or unknown hold no command.

    Shape: posteriors ``(clip, label)``, targets ``(clip,)``. Returns a number in [0, 1], rounded up to three digits.
    """
    command = torch.tensor([is_command(label) for label in labels])
    confidence, likeliest = posteriors[~command[targets]].max(dim=1)
    accepted = torch.where(command[likeliest], confidence, 0.0).sort(descending=True).values
    n_allowed = int(max_false_accepts * len(accepted))
    highest_refused = float(accepted[n_allowed]) if n_allowed < len(accepted) else 0.0
    return min(1.0, int(highest_refused * 1000 + 1) / 1000)
