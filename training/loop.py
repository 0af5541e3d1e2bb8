"""Train for one epoch: the training loop, written out."""

import math
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from model.labels import SILENCE
from training.config import TrainConfig
from training.data.augment import mask
from training.data.batches import NO_WORD, TrainingBatch
from training.distributed import ALONE, Share
from training.state import TrainState
from training.teachers import Teachers


def learning_rate_at(epoch: float, config: TrainConfig) -> float:
    """Give the learning rate at a point of the run: a linear warm-up to the peak, then half a cosine down to zero.

    Args:
        epoch: epochs done, with the fraction of the one that runs.
    """
    if epoch < config.warmup_epochs:
        return config.learning_rate * epoch / config.warmup_epochs
    progress = (epoch - config.warmup_epochs) / max(config.n_epochs - config.warmup_epochs, 1e-9)
    return config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))


def loss_of_guessing(config: TrainConfig) -> float:
    """Give the loss of a network that finds all labels and all words equally likely, as a fresh one about does."""
    return math.log(len(config.labels)) + config.word_weight * math.log(len(config.words))


def train_epoch(
    state: TrainState,
    batches: Iterable[TrainingBatch],
    learning_rates: Iterable[float],
    config: TrainConfig,
    generator: torch.Generator,
    teachers: Teachers | None = None,
    share: Share = ALONE,
) -> Iterator[Tensor]:
    """Take one optimizer step per batch and yield its loss, on the run's device; the average follows the weights.

    The student multiplies in bfloat16 where the processor can; its weights and the loss stay in float32. Where several
    processes share the batches, the mean of their losses is that of the whole batch.

    Args:
        batches: on the CPU; this process's share of each.
        learning_rates: one per batch.
        generator: for the masks.
        teachers: they see the frames without the masks.
    """
    optimizer, device = state.optimizer, state.device
    student = share.synchronized(state.student)
    student.train()
    for (waveforms, targets, words), learning_rate in zip(batches, learning_rates, strict=True):
        with torch.no_grad():
            coefficients = state.frontend.coefficients(waveforms.to(device))
            n_clips, n_words = share.totals([len(targets), int((words != NO_WORD).sum())], device)
            rows = share.rows(int(n_clips), config.batch_size)
            frames = mask(state.frontend.normalize(coefficients), config, generator, rows, int(n_clips))
        with torch.autocast(device.type, torch.bfloat16, enabled=multiplies_in_bfloat16(device)):
            logits, word_logits = student(frames)
            taught = teachers.posteriors(waveforms, coefficients) if teachers else None
        label_loss = _label_loss(logits.float(), targets.to(device), taught, config) / n_clips
        word_loss = _word_loss(word_logits.float(), words.to(device), config) / n_words.clamp(min=1)
        loss = share.n_processes * (label_loss + config.word_weight * word_loss)  # whose gradients are averaged
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(state.student.parameters(), config.max_gradient_norm)
        optimizer.param_groups[0]["lr"] = learning_rate
        optimizer.step()
        state.average.update_parameters(state.student.network)
        yield loss.detach()


def smoothed(targets: Tensor, n_labels: int, smoothing: float) -> Tensor:
    """Turn targets into probabilities, with a share of each spread over all labels.

    Shape: ``(batch,)`` to ``(batch, label)``.

    References:
        C. Szegedy et al.: Rethinking the Inception Architecture for Computer Vision, 2015.
    """
    return nn.functional.one_hot(targets, n_labels) * (1.0 - smoothing) + smoothing / n_labels


def _label_loss(logits: Tensor, targets: Tensor, taught: Tensor | None, config: TrainConfig) -> Tensor:
    labels = smoothed(targets, logits.shape[1], config.label_smoothing)
    if taught is not None:
        share = config.teacher_weight * (targets != config.labels.index(SILENCE))  # of noise the label knows all
        labels = torch.lerp(labels, taught, share[:, None])
    return nn.functional.cross_entropy(logits, labels, reduction="sum")


def _word_loss(logits: Tensor, words: Tensor, config: TrainConfig) -> Tensor:
    """Sum over the examples that have a word; 0 if none has."""
    return nn.functional.cross_entropy(logits, words, label_smoothing=config.label_smoothing, reduction="sum")


def multiplies_in_bfloat16(device: torch.device) -> bool:
    capabilities = torch.cpu.get_capabilities()
    return device.type == "cuda" or any(capabilities.get(name) for name in ("amx_bf16", "avx512_bf16"))
