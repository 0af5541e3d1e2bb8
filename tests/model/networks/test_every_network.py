"""What every network keeps: batches, any number of frames, gradients, and learning."""

import pytest
import torch
from torch import nn

from model.networks.build import build
from model.networks.config import CONFIGS
from tests.model.networks.examples import NETWORKS, random_frames, small, without_dropout


@pytest.mark.parametrize("name", NETWORKS)
def test_a_clip_alone_gets_the_logits_that_it_gets_in_a_batch(name: str) -> None:
    network, frames = small(name).eval(), random_frames(n_frames=97)

    together = network(frames)
    alone = torch.cat([network(frames[[place]]) for place in range(len(frames))])

    assert torch.allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("n_frames", [1, 2, 3, 7, 97, 150])
def test_any_number_of_frames_gives_one_row_of_logits(name: str, n_frames: int) -> None:
    network = small(name).eval()

    logits = network(random_frames(n_clips=2, n_frames=n_frames))

    assert logits.shape == (2, 12)
    assert logits.isfinite().all()


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_reach_every_parameter(name: str) -> None:
    network = small(name)

    nn.functional.cross_entropy(network(random_frames()), torch.tensor([0, 5, 11])).backward()

    norms = {
        name: parameter.grad.norm() for name, parameter in network.named_parameters() if parameter.grad is not None
    }
    assert norms.keys() == dict(network.named_parameters()).keys()
    assert min(norms.values()) > 1e-5


@pytest.mark.parametrize("name", NETWORKS)
def test_one_batch_can_be_learned_by_heart(name: str) -> None:
    network, frames, targets = without_dropout(name), random_frames(n_clips=8), torch.arange(8)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)

    for _ in range(60):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(frames), targets)
        loss.backward()
        optimizer.step()

    assert loss < 0.1
    assert torch.equal(network(frames).argmax(dim=-1), targets)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_order_of_the_frames_matters(name: str) -> None:
    network, frames = small(name).eval(), random_frames()

    assert not torch.allclose(network(frames), network(frames.flip(1)), atol=1e-4)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_default_network_has_less_than_a_million_parameters(name: str) -> None:
    n_parameters = sum(parameter.numel() for parameter in build(CONFIGS[name]()).parameters())

    assert n_parameters < 1_000_000


def test_the_same_seed_gives_the_same_weights() -> None:
    first, second = small("attention").state_dict(), small("attention").state_dict()

    assert all(torch.equal(first[name], second[name]) for name in first)
