"""A config in, a learner out: what a seed fixes and what its logits depend on."""

import pytest
import torch

from model.frontend import Frontend, FrontendConfig
from model.networks.config import CONFIGS
from tests.signals import noise
from training.config import TrainConfig
from training.student import Learner

CPU = torch.device("cpu")
WAVEFORMS = torch.stack([torch.from_numpy(noise(seed=seed)) for seed in range(5)])


def fresh(network: str = "gru", seed: int = 0) -> Learner:
    return Learner.fresh(TrainConfig(network=network, seed=seed), Frontend(FrontendConfig()), CPU)


@pytest.mark.parametrize("network", CONFIGS)
def test_every_network_is_made_by_its_name_and_answers_twelve_labels(network: str) -> None:
    assert fresh(network).logits(WAVEFORMS).shape == (5, 12)


def test_the_seed_fixes_the_first_weights() -> None:
    logits = [fresh(seed=seed).logits(WAVEFORMS) for seed in (0, 0, 1)]

    assert torch.equal(logits[0], logits[1])
    assert not torch.equal(logits[0], logits[2])


@pytest.mark.parametrize("network", CONFIGS)
def test_logits_do_not_depend_on_the_batches_they_are_made_in(network: str) -> None:
    learner = fresh(network)

    assert torch.allclose(learner.logits(WAVEFORMS, batch_size=2), learner.logits(WAVEFORMS), atol=1e-5)


def test_logits_are_without_dropout_even_in_the_midst_of_training() -> None:
    learner = fresh()
    learner.network.train()
    learner.average.train()

    assert torch.equal(learner.logits(WAVEFORMS), learner.logits(WAVEFORMS))


def test_logits_are_those_of_the_average_and_not_of_the_network() -> None:
    learner = fresh()
    before = learner.logits(WAVEFORMS)

    with torch.no_grad():
        learner.network.get_parameter("output.bias").add_(1.0)

    assert torch.equal(learner.logits(WAVEFORMS), before)


@pytest.mark.parametrize(("network", "name"), [("gru", "output.bias"), ("attention", "stem.0.norm.running_mean")])
def test_the_average_follows_weights_and_statistics_by_its_decay(network: str, name: str) -> None:
    config = TrainConfig(network=network, average_decay=0.75)
    learner = Learner.fresh(config, Frontend(FrontendConfig()), CPU)
    learner.average.update_parameters(learner.network)
    before = learner.network.state_dict()[name].clone()

    learner.network.state_dict()[name].add_(1.0)
    learner.average.update_parameters(learner.network)

    assert torch.allclose(learner.average.module.state_dict()[name], before + 0.25)
