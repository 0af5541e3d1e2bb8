"""The learning rate follows its schedule, and each step teaches every weight."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise, repeat

import pytest
import torch
from torch import nn

from training.config import TrainConfig
from training.data.augment import mask
from training.data.batches import NO_WORD, TrainingBatch
from training.data.dataset import TrainingData
from training.loop import learning_rate_at, loss_of_guessing, train_epoch
from training.normalization import normalized_frontend
from training.state import TrainState
from training.validate import averaged_logits

CPU = torch.device("cpu")
SCHEDULE = TrainConfig(n_epochs=20, warmup_epochs=2.0, learning_rate=1e-3)
BARE = TrainConfig(n_masks=0, label_smoothing=0.0, average_decay=0.8)  # nothing varies, and the average follows fast


def batch_of(data: TrainingData) -> TrainingBatch:
    waveforms, targets = data.validation
    return TrainingBatch(waveforms[::2], targets[::2], words=targets[::2])


def fresh(data: TrainingData, config: TrainConfig) -> TrainState:
    return TrainState.fresh(config, normalized_frontend(data, config), CPU)


def losses(
    state: TrainState, batch: TrainingBatch, config: TrainConfig, n_steps: int, rate: float = 2e-3
) -> list[float]:
    steps = train_epoch(state, repeat(batch, n_steps), repeat(rate, n_steps), config, torch.Generator())
    return [loss.item() for loss in steps]


@pytest.mark.parametrize(
    ("epoch", "rate"), [(0.0, 0.0), (0.5, 0.25e-3), (1.0, 0.5e-3), (2.0, 1e-3), (11.0, 0.5e-3), (20.0, 0.0)]
)
def test_the_learning_rate_rises_in_a_line_to_its_peak_and_falls_as_half_a_cosine(epoch: float, rate: float) -> None:
    assert learning_rate_at(epoch, SCHEDULE) == pytest.approx(rate, abs=1e-9)


def test_the_learning_rate_never_jumps() -> None:
    rates = [learning_rate_at(place / 100, SCHEDULE) for place in range(2_001)]

    assert max(abs(after - before) for before, after in pairwise(rates)) <= 1e-3 / 200 * 1.001


@pytest.mark.parametrize("n_epochs", [1, 2, 3])
def test_a_run_shorter_than_its_warm_up_still_learns(n_epochs: int) -> None:
    rates = [learning_rate_at(place / 10, replace(SCHEDULE, n_epochs=n_epochs)) for place in range(10 * n_epochs + 1)]

    assert min(rates) >= 0.0
    assert 0.4e-3 < max(rates) <= 1e-3


def test_without_warm_up_a_run_starts_at_the_peak() -> None:
    assert learning_rate_at(0.0, replace(SCHEDULE, warmup_epochs=0.0)) == 1e-3


def test_one_batch_can_be_learned_by_heart(data: TrainingData) -> None:
    state, batch = fresh(data, BARE), batch_of(data)

    course = losses(state, batch, BARE, n_steps=30)

    assert course[0] > 2.0
    assert course[-1] < 0.1
    assert torch.equal(averaged_logits(state, batch.waveforms).argmax(dim=1), batch[1])


def test_a_learning_rate_of_zero_changes_no_weight(data: TrainingData) -> None:
    state = fresh(data, BARE)
    before = {name: weight.detach().clone() for name, weight in state.student.named_parameters()}

    losses(state, batch_of(data), BARE, n_steps=2, rate=0.0)

    assert all(torch.equal(weight, before[name]) for name, weight in state.student.named_parameters())


def test_every_weight_is_taught(data: TrainingData) -> None:
    state = fresh(data, BARE)
    before = {name: weight.detach().clone() for name, weight in state.student.named_parameters()}

    losses(state, batch_of(data), BARE, n_steps=2)

    assert [name for name, weight in state.student.named_parameters() if torch.equal(weight, before[name])] == []


def test_the_gradient_of_a_step_is_of_its_batch_alone(data: TrainingData) -> None:
    config = replace(BARE, network="elman", max_gradient_norm=1e9)
    state, batch = fresh(data, config), batch_of(data)
    weight = state.student.network.get_parameter("i2h.weight")

    steps = train_epoch(state, [batch, batch], [0.0, 0.0], config, torch.Generator())

    gradients = [weight.grad.clone() for _ in steps if weight.grad is not None]
    assert len(gradients) == 2
    assert torch.equal(gradients[0], gradients[1])


def test_a_gradient_is_at_most_as_long_as_allowed(data: TrainingData) -> None:
    config = replace(BARE, network="elman", max_gradient_norm=0.01)
    state = fresh(data, config)

    losses(state, batch_of(data), config, n_steps=1)

    gradients = [weight.grad.flatten() for weight in state.student.parameters() if weight.grad is not None]
    assert torch.cat(gradients).norm() == pytest.approx(0.01, rel=1e-3)


def test_an_epoch_puts_dropout_and_batch_norm_into_training_mode(data: TrainingData) -> None:
    state = fresh(data, BARE)
    state.student.eval()

    losses(state, batch_of(data), BARE, n_steps=1)

    assert state.student.training


def test_every_step_calls_the_student_as_a_whole_so_that_gradients_can_be_synchronised(data: TrainingData) -> None:
    state, calls = fresh(data, BARE), Counter[str]()
    state.student.register_forward_hook(lambda *_: calls.update(["forward"]))

    losses(state, batch_of(data), BARE, n_steps=3)

    assert calls["forward"] == 3


def test_every_batch_has_its_own_learning_rate(data: TrainingData) -> None:
    state, batch = fresh(data, BARE), batch_of(data)

    steps = train_epoch(state, [batch] * 3, [1e-3, 2e-3, 3e-3], BARE, torch.Generator())

    assert [(next(steps).item() > 0, state.optimizer.param_groups[0]["lr"]) for _ in range(3)] == [
        (True, 1e-3),
        (True, 2e-3),
        (True, 3e-3),
    ]


def test_the_loss_is_that_of_the_masked_frames(data: TrainingData) -> None:
    config = TrainConfig(network="elman", label_smoothing=0.1)
    state, (waveforms, targets, _) = fresh(data, config), batch_of(data)
    no_words = torch.full_like(targets, NO_WORD)
    with torch.no_grad():
        frames = mask(state.frontend(waveforms), config, torch.Generator().manual_seed(5))
        expected = torch.nn.functional.cross_entropy(state.student.network(frames), targets, label_smoothing=0.1)

    loss = next(
        train_epoch(
            state, [TrainingBatch(waveforms, targets, no_words)], [1e-3], config, torch.Generator().manual_seed(5)
        )
    )

    assert loss.item() == pytest.approx(expected.item(), rel=1e-3)  # bfloat16 may have been used


def test_a_network_that_finds_everything_equally_likely_has_the_loss_of_guessing(data: TrainingData) -> None:
    config = TrainConfig(network="gru")
    state, batch = fresh(data, config), batch_of(data)
    for parameter in state.student.parameters():
        nn.init.zeros_(parameter)

    loss = next(train_epoch(state, [batch], [0.0], config, torch.Generator()))

    assert loss.item() == pytest.approx(loss_of_guessing(config), rel=1e-4)
