"""Turn the averaged network into a calibrated checkpoint, and score it on the validation split."""

from dataclasses import asdict

import torch
from torch import Tensor

from model.checkpoint import Checkpoint, tensors_of
from training.calibrate import fit_temperature, fit_threshold
from training.config import TrainConfig
from training.data.dataset import TrainingData
from training.report import Report, report
from training.state import TrainState

BATCH_SIZE = 256


def validate(state: TrainState, data: TrainingData, config: TrainConfig, epoch: int) -> tuple[Checkpoint, Report]:
    """Calibrate the averaged network and score it on the validation split.

    Args:
        epoch: number of epochs done, kept in the checkpoint.
    """
    waveforms, targets = data.validation
    logits = averaged_logits(state, waveforms)
    temperature = fit_temperature(logits, targets)
    posteriors = (logits / temperature).softmax(dim=-1)
    fitted = fit_threshold(posteriors, targets, config.labels, config.max_false_accepts)
    threshold = max(fitted, config.least_threshold)
    figures = report(posteriors.numpy(), targets.numpy(), config.labels, threshold)
    checkpoint = Checkpoint(
        network=config.network,
        network_config=config.network_config,
        frontend_config=state.frontend.config,
        labels=config.labels,
        temperature=temperature,
        threshold=threshold,
        tensors=tensors_of(state.frontend, state.average.module),
        origin={
            "data": data.cache.digest,
            "arguments": asdict(config),
            "epoch": epoch,
            "validation": {"balanced_accuracy": figures.balanced_accuracy, "accuracy": figures.accuracy},
            "torch": torch.__version__,
        },
    )
    return checkpoint, figures


@torch.inference_mode()
def averaged_logits(state: TrainState, waveforms: Tensor, batch_size: int = BATCH_SIZE) -> Tensor:
    """Compute the averaged network's logits, on the CPU.

    Shape: ``(clip, time)`` in [-1, 1] at 16 kHz to ``(clip, label)``.
    """
    state.average.eval()
    parts = torch.split(waveforms, batch_size)
    return torch.cat([state.average(state.frontend(part.to(state.device))).float().cpu() for part in parts])
