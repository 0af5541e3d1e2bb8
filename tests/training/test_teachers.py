"""Teachers give the mean of their posteriors, and a student follows them."""

from dataclasses import replace
from itertools import repeat

import numpy as np
import pytest
import torch
from torch import Tensor

from model.embedding import N_FEATURES, N_WINDOWS, Embedding
from model.engines.torch import TorchEngine
from model.errors import CheckpointError
from model.labels import SILENCE, UNKNOWN
from model.second_opinion import Head
from tests.labels import LABELS
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise
from training.config import TrainConfig
from training.data.batches import NO_WORD, TrainingBatch, targets_of
from training.data.dataset import TrainingData
from training.loop import smoothed, train_epoch
from training.normalization import normalized_frontend
from training.state import TrainState
from training.teachers import Teachers

CPU = torch.device("cpu")
CONFIG = TrainConfig(network="gru", n_masks=0, label_smoothing=0.0, teacher_weight=1.0, word_weight=0.0)
WAVEFORMS = np.stack([noise(seed=seed) for seed in range(3)])


def random_head(seed: int) -> Head:
    generator = np.random.default_rng(seed)
    return Head(
        labels=LABELS,
        weight_1=generator.normal(0, 0.01, (8, N_WINDOWS * N_FEATURES)).astype(np.float32),
        bias_1=np.zeros(8, np.float32),
        weight_2=generator.normal(0, 1, (len(LABELS), 8)).astype(np.float32),
        bias_2=np.zeros(len(LABELS), np.float32),
    )


def heard() -> tuple[Tensor, Tensor]:
    """Waveforms and their coefficients."""
    waveforms = torch.from_numpy(WAVEFORMS)
    return waveforms, random_checkpoint().modules()[0].coefficients(waveforms)


def test_teachers_say_the_mean_of_what_their_checkpoints_are_heard_to_say() -> None:
    checkpoints = [random_checkpoint(seed=1, temperature=0.5), random_checkpoint("attention", seed=2, temperature=2.0)]

    taught = Teachers(checkpoints, [], LABELS, CPU).posteriors(*heard())

    alone = [TorchEngine(checkpoint).infer(WAVEFORMS)[0] for checkpoint in checkpoints]
    assert taught.numpy() == pytest.approx(np.mean(alone, axis=0), abs=1e-5)


def test_a_head_hears_the_waveforms_themselves() -> None:
    head = random_head(seed=3)

    taught = Teachers([], [head], LABELS, CPU).posteriors(*heard())

    assert taught.numpy() == pytest.approx(head.posteriors(Embedding().embed(WAVEFORMS)), abs=1e-6)


def test_a_teacher_must_have_the_labels_of_the_run() -> None:
    other = random_checkpoint(labels=LABELS[::-1])

    with pytest.raises(CheckpointError, match="a teacher has the labels"):
        Teachers([other], [], LABELS, CPU)
    with pytest.raises(CheckpointError, match="a teacher has the labels"):
        Teachers([], [replace(random_head(seed=0), labels=LABELS[::-1])], LABELS, CPU)


def test_there_must_be_a_teacher() -> None:
    with pytest.raises(ValueError, match="must be a teacher"):
        Teachers([], [], LABELS, CPU)


@pytest.mark.parametrize(("label", "is_taught"), [("yes", True), (UNKNOWN, True), (SILENCE, False)])
def test_a_student_follows_its_teachers_where_something_is_said_and_the_label_in_silence(
    data: TrainingData, label: str, is_taught: bool
) -> None:
    waveforms = data.validation[0][:8]
    targets, words = targets_of([label] * 8, LABELS), torch.full((8,), NO_WORD)
    teachers = Teachers([replace(random_checkpoint(seed=4), temperature=0.25)], [], LABELS, CPU)
    state = TrainState.fresh(CONFIG, normalized_frontend(data, CONFIG), CPU)

    list(
        train_epoch(
            state,
            repeat(TrainingBatch(waveforms, targets, words), 60),
            [5e-3] * 60,
            CONFIG,
            torch.Generator(),
            teachers,
        )
    )

    said = state.student.network.eval()(state.frontend(waveforms)).argmax(dim=1)
    taught = teachers.posteriors(waveforms, state.frontend.coefficients(waveforms)).argmax(dim=1)
    assert torch.equal(said, taught if is_taught else targets)


def test_smoothed_targets_are_probabilities_that_keep_the_most_for_the_label() -> None:
    probabilities = smoothed(torch.tensor([2, 0]), 4, 0.1)

    assert probabilities.flatten().tolist() == pytest.approx([0.025, 0.025, 0.925, 0.025, 0.925, 0.025, 0.025, 0.025])
