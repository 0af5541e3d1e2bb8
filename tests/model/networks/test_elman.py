"""The textbook network equals torch's own, and FastRNN is that network with a residual path."""

import pytest
import torch
from torch import nn

from model.networks.elman import Elman, ElmanConfig, FastRNN, FastRNNConfig
from tests.model.networks.examples import random_frames

ELMAN = ElmanConfig(n_mfcc=5, n_labels=4, hidden_size=7)
FASTRNN = FastRNNConfig(n_mfcc=5, n_labels=4, hidden_size=7)


def elman(config: ElmanConfig = ELMAN) -> Elman:
    torch.manual_seed(0)
    return Elman(config)


def fastrnn(*, alpha: float, beta: float) -> FastRNN:
    """With the weights of :func:`elman`, and shares before their sigmoid."""
    network = FastRNN(FASTRNN)
    network.load_state_dict(elman().state_dict() | {"alpha": torch.tensor([alpha]), "beta": torch.tensor([beta])})
    return network


def torch_rnn_like(network: Elman) -> nn.RNN:
    """torch's RNN with the weights of ``i2h``: its second bias is zero, for ours has but one."""
    of_x, of_h = network.i2h.weight.split([network.config.n_mfcc, network.config.hidden_size], dim=1)
    weights = {"weight_ih_l0": of_x, "weight_hh_l0": of_h}
    biases = {"bias_ih_l0": network.i2h.bias, "bias_hh_l0": torch.zeros_like(network.i2h.bias)}
    theirs = nn.RNN(network.config.n_mfcc, network.config.hidden_size, batch_first=True)
    theirs.load_state_dict(weights | biases)
    return theirs


def test_the_written_out_rnn_equals_that_of_torch() -> None:
    network, frames = elman(), random_frames(n_mfcc=5)

    states, last = torch_rnn_like(network)(frames)
    log_posteriors, h = network.sequence(frames)

    before = torch.cat([torch.zeros(3, 1, 7), states[:, :-1]], dim=1)
    assert torch.allclose(h, last[0], atol=1e-6)
    assert torch.allclose(log_posteriors, network.i2o(torch.cat([frames, before], -1)).log_softmax(-1), atol=1e-6)


@pytest.mark.parametrize("network", [elman(), fastrnn(alpha=-1.0, beta=2.0)], ids=["elman", "fastrnn"])
def test_step_by_step_equals_the_whole_sequence(network: Elman) -> None:
    frames, h = random_frames(n_mfcc=5), torch.zeros(3, 7)
    whole, last = network.sequence(frames)

    for place in range(frames.shape[1]):
        log_posteriors, h = network.step(frames[:, place], h)
        assert torch.allclose(log_posteriors, whole[:, place], atol=1e-6)

    assert torch.allclose(h, last, atol=1e-6)
    assert torch.allclose(network(frames), log_posteriors, atol=1e-6)


def test_with_the_weights_of_i2h_the_output_before_softmax_is_the_state_before_tanh() -> None:
    network = elman(ElmanConfig(n_mfcc=5, n_labels=7, hidden_size=7))
    network.i2o.load_state_dict(network.i2h.state_dict())
    network.activation = nn.Identity()

    log_posteriors, h = network.step(random_frames(n_mfcc=5)[:, 0], 0.1 * torch.ones(3, 7))

    assert torch.allclose(log_posteriors, h.log_softmax(dim=-1), atol=1e-6)


def test_tanh_is_all_that_lies_between_that_output_and_the_new_state() -> None:
    network = elman(ElmanConfig(n_mfcc=5, n_labels=7, hidden_size=7))
    network.i2o.load_state_dict(network.i2h.state_dict())

    log_posteriors, h = network.step(random_frames(n_mfcc=5)[:, 0], 0.1 * torch.ones(3, 7))

    assert torch.allclose(log_posteriors, h.atanh().log_softmax(dim=-1), atol=1e-5)


def test_a_linear_network_with_weights_set_by_hand_counts_the_fibonacci_numbers() -> None:
    network = Elman(ElmanConfig(n_mfcc=1, n_labels=2, hidden_size=2), activation=nn.Identity())
    with torch.no_grad():
        network.i2h.bias.zero_()
        network.i2h.weight.copy_(torch.tensor([[0.0, 0.0, 1.0], [1.0, 1.0, 1.0]]))  # a, b = b, x + a + b

    impulse = torch.tensor([1.0] + [0.0] * 19)
    states = [network.sequence(impulse[None, :n, None])[1] for n in range(1, 21)]

    assert [int(h[0, 1]) for h in states[:10]] == [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    assert states[-1].tolist() == [[4181.0, 6765.0]]


def test_the_output_of_the_textbook_network_is_log_posteriors() -> None:
    log_posteriors = elman()(random_frames(n_mfcc=5))

    assert torch.allclose(log_posteriors.exp().sum(dim=-1), torch.ones(3))
    assert torch.allclose(log_posteriors.softmax(dim=-1), log_posteriors.exp())


def test_with_nothing_of_the_old_state_the_residual_network_is_the_textbook_one() -> None:
    network, frames = fastrnn(alpha=100.0, beta=-100.0), random_frames(n_mfcc=5)

    assert torch.equal(network(frames), elman()(frames))


def test_with_nothing_of_the_new_state_the_old_one_stays() -> None:
    network, h = fastrnn(alpha=-100.0, beta=100.0), torch.randn(3, 7, generator=torch.Generator().manual_seed(0))

    _, after = network.step(random_frames(n_mfcc=5)[:, 0], h)

    assert torch.equal(after, h)


def test_a_state_is_the_sum_of_its_shares_of_the_new_and_the_old_one() -> None:
    x, h = random_frames(n_mfcc=5)[:, 0], 0.1 * torch.ones(3, 7)
    _, candidate = elman().step(x, h)

    _, after = fastrnn(alpha=-1.0, beta=2.0).step(x, h)

    assert torch.allclose(after, 0.268941 * candidate + 0.880797 * h, atol=1e-6)


def test_the_residual_path_carries_the_gradient_to_the_first_frame_and_the_textbook_network_loses_it() -> None:
    shares = []
    for network in (Elman(ElmanConfig()), FastRNN(FastRNNConfig())):
        frames = random_frames(n_frames=97).requires_grad_()
        (gradient,) = torch.autograd.grad(network(frames)[:, 0].sum(), frames)
        norms = gradient.norm(dim=(0, 2))
        shares.append(norms[0] / norms.max())

    assert shares[0] < 1e-12
    assert shares[1] > 1e-4


def test_a_state_computed_in_bfloat16_is_added_up_in_float32() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        _, h = fastrnn(alpha=-3.0, beta=3.0).step(random_frames(n_mfcc=5)[:, 0], torch.zeros(3, 7))

    assert h.dtype == torch.float32
