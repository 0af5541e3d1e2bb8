"""Teachers give the mean of their posteriors, and a student follows them."""

from dataclasses import replace
from itertools import repeat

import numpy as np
import pytest
import torch
from torch import Tensor

from model.engines.torch import TorchEngine
from model.errors import CheckpointError
from tests.labels import LABELS
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise
from training.config import TrainConfig
from training.data.batches import NO_WORD, TrainingBatch
from training.data.dataset import TrainingData
from training.loop import smoothed, train_epoch
from training.normalization import normalized_frontend
from training.state import TrainState
from training.teachers import Teachers

CPU = torch.device("cpu")
CONFIG = TrainConfig(network="gru", n_masks=0, label_smoothing=0.0, teacher_weight=1.0, word_weight=0.0)
WAVEFORMS = np.stack([noise(seed=seed) for seed in range(3)])


def coefficients() -> Tensor:
    return random_checkpoint().modules()[0].coefficients(torch.from_numpy(WAVEFORMS))


def test_teachers_say_the_mean_of_what_their_checkpoints_are_heard_to_say() -> None:
    checkpoints = [random_checkpoint(seed=1, temperature=0.5), random_checkpoint("attention", seed=2, temperature=2.0)]

    taught = Teachers(checkpoints, LABELS, CPU).posteriors(coefficients())

    said = [TorchEngine(checkpoint).infer(WAVEFORMS)[0] for checkpoint in checkpoints]
    assert taught.numpy() == pytest.approx(np.mean(said, axis=0), abs=1e-5)


def test_a_teacher_must_have_the_labels_of_the_run() -> None:
    other = random_checkpoint(labels=LABELS[::-1])

    with pytest.raises(CheckpointError, match="a teacher has the labels"):
        Teachers([other], LABELS, CPU)


def test_there_must_be_a_teacher() -> None:
    with pytest.raises(ValueError, match="must be a teacher"):
        Teachers([], LABELS, CPU)


@pytest.mark.parametrize(("has_word", "is_taught"), [(True, True), (False, False)])
def test_a_student_follows_its_teachers_where_a_word_is_said_and_the_label_elsewhere(
    data: TrainingData, has_word: bool, is_taught: bool
) -> None:
    waveforms, targets = (part[:8] for part in data.validation)
    words = targets if has_word else torch.full_like(targets, NO_WORD)
    teachers = Teachers([replace(random_checkpoint(seed=4), temperature=0.25)], LABELS, CPU)
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

    heard = state.student.network.eval()(state.frontend(waveforms)).argmax(dim=1)
    taught = teachers.posteriors(state.frontend.coefficients(waveforms)).argmax(dim=1)
    assert torch.equal(heard, taught if is_taught else targets)


def test_smoothed_targets_are_probabilities_that_keep_the_most_for_the_label() -> None:
    probabilities = smoothed(torch.tensor([2, 0]), 4, 0.1)

    assert probabilities.flatten().tolist() == pytest.approx([0.025, 0.025, 0.925, 0.025, 0.925, 0.025, 0.025, 0.025])
