"""Coefficients in, what several trained networks together make of them out: a target beside the labels."""

from collections.abc import Sequence

import torch
from torch import Tensor

from model.checkpoint import Checkpoint
from model.errors import CheckpointError


class Teachers:
    """Networks whose mean posterior is a target: it says which labels a clip is like, and how sure one can be.

    Raises:
        ValueError: there are none.
        CheckpointError: one has other labels, or the same ones in another order.

    References:
        G. Hinton, O. Vinyals, J. Dean: Distilling the Knowledge in a Neural Network, 2015.
    """

    def __init__(self, checkpoints: Sequence[Checkpoint], labels: tuple[str, ...], device: torch.device) -> None:
        if not checkpoints:
            raise ValueError("there must be a teacher")
        for checkpoint in checkpoints:
            if checkpoint.labels != labels:
                raise CheckpointError(f"a teacher has the labels {checkpoint.labels}; the run has {labels}")
        self._frontends, self._networks = zip(*(checkpoint.modules() for checkpoint in checkpoints), strict=True)
        self._temperatures = [checkpoint.temperature for checkpoint in checkpoints]
        for module in (*self._frontends, *self._networks):
            module.to(device)

    @torch.no_grad()
    def posteriors(self, coefficients: Tensor) -> Tensor:
        """Mean of the calibrated posteriors.

        Shape: ``(batch, frame, mfcc)``, not normalized, to ``(batch, label)``.
        """
        posteriors = [
            (network(frontend.normalize(coefficients)).float() / temperature).softmax(dim=-1)
            for frontend, network, temperature in zip(self._frontends, self._networks, self._temperatures, strict=True)
        ]
        return torch.stack(posteriors).mean(dim=0)
