"""What trained networks and the second opinion say of a batch together: a target beside the labels."""

from collections.abc import Sequence

import torch
from torch import Tensor

from model.checkpoint import Checkpoint
from model.embedding import Embedding
from model.errors import CheckpointError
from model.second_opinion import Head


class Teachers:
    """Networks and heads of the second opinion, whose mean posterior says which labels a clip is like, and how sure.

    Raises:
        ValueError: there are none.
        CheckpointError: one has other labels, or the same ones in another order.
        EmbeddingMissing: there are heads, and the speech embedding is not installed.

    References:
        G. Hinton, O. Vinyals, J. Dean: Distilling the Knowledge in a Neural Network, 2015.
        L. Beyer et al.: Knowledge distillation: A good teacher is patient and consistent, 2022.
    """

    def __init__(
        self, checkpoints: Sequence[Checkpoint], heads: Sequence[Head], labels: tuple[str, ...], device: torch.device
    ) -> None:
        if not checkpoints and not heads:
            raise ValueError("there must be a teacher")
        for taught in (*(checkpoint.labels for checkpoint in checkpoints), *(head.labels for head in heads)):
            if taught != labels:
                raise CheckpointError(f"a teacher has the labels {taught}; the run has {labels}")
        self._modules = [checkpoint.modules() for checkpoint in checkpoints]
        self._temperatures = [checkpoint.temperature for checkpoint in checkpoints]
        for frontend, network in self._modules:
            frontend.to(device)
            network.to(device)
        self._heads = heads
        self._embedding = Embedding() if heads else None

    @torch.no_grad()
    def posteriors(self, waveforms: Tensor, coefficients: Tensor) -> Tensor:
        """Mean of the calibrated posteriors of what the student hears, without its masks.

        Args:
            waveforms: ``(batch, time)`` in [-1, 1] at 16 kHz, on the CPU, for the heads.
            coefficients: ``(batch, frame, mfcc)``, not normalized, for the networks.

        Shape: returns ``(batch, label)``.
        """
        posteriors = [
            (network(frontend.normalize(coefficients)).float() / temperature).softmax(dim=-1)
            for (frontend, network), temperature in zip(self._modules, self._temperatures, strict=True)
        ]
        if self._embedding is not None:
            embeddings = self._embedding.embed(waveforms.numpy())
            posteriors += [
                torch.from_numpy(head.posteriors(embeddings)).to(coefficients.device) for head in self._heads
            ]
        return torch.stack(posteriors).mean(dim=0)
