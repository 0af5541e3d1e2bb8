"""Batches in, a wiser network out: the learning rates of a run, and that steps teach."""

from dataclasses import replace
from itertools import pairwise, repeat

import pytest
import torch

from training.config import TrainConfig
from training.data.augment import mask
from training.data.batches import NO_WORD, TrainingBatch
from training.data.dataset import TrainingData
from training.loop import learning_rate_at, train_epoch
from training.normalization import normalized_frontend
from training.student import Learner

CPU = torch.device("cpu")
SCHEDULE = TrainConfig(n_epochs=20, warmup_epochs=2.0, learning_rate=1e-3)
BARE = TrainConfig(n_masks=0, label_smoothing=0.0, average_decay=0.8)  # nothing varies, and the average follows soon


def batch_of(data: TrainingData) -> TrainingBatch:
    waveforms, targets = data.validation
    return TrainingBatch(waveforms[::2], targets[::2], targets[::2])


def fresh(data: TrainingData, config: TrainConfig) -> Learner:
    return Learner.fresh(config, normalized_frontend(data, config), CPU)


def losses(
    learner: Learner, batch: TrainingBatch, config: TrainConfig, n_steps: int, rate: float = 2e-3
) -> list[float]:
    return list(train_epoch(learner, repeat(batch, n_steps), repeat(rate, n_steps), config, torch.Generator()))


@pytest.mark.parametrize(
    ("epoch", "rate"), [(0.0, 0.0), (0.5, 0.25e-3), (1.0, 0.5e-3), (2.0, 1e-3), (11.0, 0.5e-3), (20.0, 0.0)]
)
def test_the_learning_rate_rises_in_a_line_to_its_peak_and_falls_as_half_a_cosine(epoch: float, rate: float) -> None:
    assert learning_rate_at(epoch, SCHEDULE) == pytest.approx(rate, abs=1e-9)


def test_the_learning_rate_never_jumps() -> None:
    rates = [learning_rate_at(place / 100, SCHEDULE) for place in range(2_001)]

    assert max(abs(after - before) for before, after in pairwise(rates)) <= 1e-3 / 200 * 1.001


@pytest.mark.parametrize("n_epochs", [1, 2, 3])
def test_a_run_shorter_than_its_warm_up_has_learning_rates_too(n_epochs: int) -> None:
    rates = [learning_rate_at(place / 10, replace(SCHEDULE, n_epochs=n_epochs)) for place in range(10 * n_epochs + 1)]

    assert min(rates) >= 0.0
    assert 0.4e-3 < max(rates) <= 1e-3


def test_without_warm_up_a_run_starts_at_the_peak() -> None:
    assert learning_rate_at(0.0, replace(SCHEDULE, warmup_epochs=0.0)) == 1e-3


def test_one_batch_can_be_learned_by_heart(data: TrainingData) -> None:
    learner, batch = fresh(data, BARE), batch_of(data)

    course = losses(learner, batch, BARE, n_steps=30)

    assert course[0] > 2.0
    assert course[-1] < 0.1
    assert torch.equal(learner.logits(batch[0]).argmax(dim=1), batch[1])


def test_learning_nothing_at_a_rate_of_zero_changes_no_weight(data: TrainingData) -> None:
    learner = fresh(data, BARE)
    before = {name: weight.detach().clone() for name, weight in learner.network.named_parameters()}

    losses(learner, batch_of(data), BARE, n_steps=2, rate=0.0)

    assert all(torch.equal(weight, before[name]) for name, weight in learner.network.named_parameters())


def test_every_weight_is_taught(data: TrainingData) -> None:
    learner = fresh(data, BARE)
    before = {name: weight.detach().clone() for name, weight in learner.network.named_parameters()}

    losses(learner, batch_of(data), BARE, n_steps=2)

    assert [name for name, weight in learner.network.named_parameters() if torch.equal(weight, before[name])] == []


def test_the_gradient_of_a_step_is_of_its_batch_alone(data: TrainingData) -> None:
    config = replace(BARE, network="elman", max_gradient_norm=1e9)
    learner, batch = fresh(data, config), batch_of(data)
    weight = learner.network.get_parameter("i2h.weight")

    steps = train_epoch(learner, [batch, batch], [0.0, 0.0], config, torch.Generator())

    gradients = [weight.grad.clone() for _ in steps if weight.grad is not None]
    assert len(gradients) == 2
    assert torch.equal(gradients[0], gradients[1])


def test_a_gradient_is_at_most_as_long_as_allowed(data: TrainingData) -> None:
    config = replace(BARE, network="elman", max_gradient_norm=0.01)
    learner = fresh(data, config)

    losses(learner, batch_of(data), config, n_steps=1)

    gradients = [weight.grad.flatten() for weight in learner.network.parameters() if weight.grad is not None]
    assert torch.cat(gradients).norm() == pytest.approx(0.01, rel=1e-3)


def test_dropout_and_batch_norm_are_those_of_training_whatever_came_before(data: TrainingData) -> None:
    learner = fresh(data, BARE)
    learner.network.eval()

    losses(learner, batch_of(data), BARE, n_steps=1)

    assert learner.network.training


def test_every_batch_has_its_own_learning_rate(data: TrainingData) -> None:
    learner, batch = fresh(data, BARE), batch_of(data)

    steps = train_epoch(learner, [batch] * 3, [1e-3, 2e-3, 3e-3], BARE, torch.Generator())

    assert [(next(steps) > 0, learner.optimizer.param_groups[0]["lr"]) for _ in range(3)] == [
        (True, 1e-3),
        (True, 2e-3),
        (True, 3e-3),
    ]


def test_the_first_loss_is_that_of_the_masked_frames(data: TrainingData) -> None:
    config = TrainConfig(network="elman", label_smoothing=0.1)
    learner, (waveforms, targets, _) = fresh(data, config), batch_of(data)
    no_words = torch.full_like(targets, NO_WORD)
    with torch.no_grad():
        frames = mask(learner.frontend(waveforms), config, torch.Generator().manual_seed(5))
        expected = torch.nn.functional.cross_entropy(learner.network(frames), targets, label_smoothing=0.1)

    loss = next(
        train_epoch(
            learner, [TrainingBatch(waveforms, targets, no_words)], [1e-3], config, torch.Generator().manual_seed(5)
        )
    )

    assert loss == pytest.approx(expected.item(), rel=1e-3)  # bfloat16 may have been used
