"""The averaged network is scored as it will ship, whatever the student's own weights do."""

import pytest
import torch

from model.frontend import Frontend, FrontendConfig
from model.networks.config import CONFIGS
from tests.signals import noise
from training.config import TrainConfig
from training.state import TrainState
from training.validate import averaged_logits

WAVEFORMS = torch.stack([torch.from_numpy(noise(seed=seed)) for seed in range(5)])


def fresh(network: str = "gru") -> TrainState:
    return TrainState.fresh(TrainConfig(network=network), Frontend(FrontendConfig()), torch.device("cpu"))


@pytest.mark.parametrize("network", CONFIGS)
def test_logits_do_not_depend_on_the_batches_they_are_made_in(network: str) -> None:
    state = fresh(network)

    assert torch.allclose(averaged_logits(state, WAVEFORMS, batch_size=2), averaged_logits(state, WAVEFORMS), atol=1e-5)


def test_logits_are_without_dropout_even_in_the_midst_of_training() -> None:
    state = fresh()
    state.student.train()
    state.average.train()

    assert torch.equal(averaged_logits(state, WAVEFORMS), averaged_logits(state, WAVEFORMS))


def test_logits_are_those_of_the_average_and_not_of_the_student() -> None:
    state = fresh()
    before = averaged_logits(state, WAVEFORMS)

    with torch.no_grad():
        state.student.network.get_parameter("output.bias").add_(1.0)

    assert torch.equal(averaged_logits(state, WAVEFORMS), before)
