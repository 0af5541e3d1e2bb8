"""The seed fixes the first weights of a run, and the average follows the weights."""

import pytest
import torch
from torch import Tensor

from model.frontend import Frontend, FrontendConfig
from training.config import TrainConfig
from training.state import TrainState


def fresh(config: TrainConfig) -> TrainState:
    return TrainState.fresh(config, Frontend(FrontendConfig()), torch.device("cpu"))


def weights(seed: int) -> Tensor:
    state = fresh(TrainConfig(network="gru", seed=seed))
    return torch.cat([weight.flatten() for weight in state.student.parameters()])


def test_the_seed_fixes_the_first_weights() -> None:
    assert torch.equal(weights(seed=0), weights(seed=0))
    assert not torch.equal(weights(seed=0), weights(seed=1))


@pytest.mark.parametrize(("network", "name"), [("gru", "output.bias"), ("attention", "stem.0.norm.running_mean")])
def test_the_average_follows_weights_and_statistics_by_its_decay(network: str, name: str) -> None:
    state = fresh(TrainConfig(network=network, average_decay=0.75))
    followed = state.student.network.state_dict()[name]
    state.average.update_parameters(state.student.network)
    before = followed.clone()

    followed.add_(1.0)
    state.average.update_parameters(state.student.network)

    assert torch.allclose(state.average.module.state_dict()[name], before + 0.25)
