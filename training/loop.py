"""Batches in, a network one epoch wiser out: one pass over the data, written out."""

import math
from collections.abc import Iterable, Iterator

import torch
from torch import nn

from training.augment import mask
from training.batches import Examples
from training.config import TrainConfig
from training.learner import Learner


def learning_rate_at(epoch: float, config: TrainConfig) -> float:
    """Linear warm-up to the peak, then half a cosine to zero; ``epoch`` counts from 0, with its fraction."""
    if epoch < config.warmup_epochs:
        return config.learning_rate * epoch / config.warmup_epochs
    progress = (epoch - config.warmup_epochs) / max(config.n_epochs - config.warmup_epochs, 1e-9)
    return config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))


def train_epoch(
    learner: Learner,
    batches: Iterable[Examples],
    learning_rates: Iterable[float],
    config: TrainConfig,
    generator: torch.Generator,
) -> Iterator[float]:
    """Take one optimizer step per batch and yield its loss; the average follows the weights.

    On CUDA the network runs in bfloat16, its weights and the loss in float32.

    Args:
        batches: waveforms ``(batch, time)`` and targets ``(batch,)``, on the CPU.
        learning_rates: one per batch.
        generator: for the masks.
    """
    network, optimizer = learner.network, learner.optimizer
    device = learner.frontend.mean.device
    network.train()
    for (waveforms, targets), learning_rate in zip(batches, learning_rates, strict=True):
        with torch.no_grad():
            frames = mask(learner.frontend(waveforms.to(device)), config, generator)
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            logits = network(frames)
        loss = nn.functional.cross_entropy(logits.float(), targets.to(device), label_smoothing=config.label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), config.max_gradient_norm)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.step()
        learner.average.update_parameters(network)
        yield loss.item()
