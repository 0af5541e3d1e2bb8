"""Gated networks read their frames one way, or both ways where they are told to."""

import pytest
import torch

from model.networks.attention import AttentionConfig
from model.networks.build import build
from model.networks.gated import Gated, GRUConfig, LSTMConfig
from tests.model.checkpoints import SMALL
from tests.model.networks.examples import random_frames, small


@pytest.mark.parametrize("name", ["gru", "lstm", "gru, both ways", "lstm, both ways"])
def test_only_both_ways_does_the_first_state_know_the_last_frame(name: str) -> None:
    network, frames = small(name).eval(), random_frames()
    assert isinstance(network, Gated)
    changed = torch.cat([frames[:, :-1], frames[:, -1:] + 1], dim=1)

    first_states = [network.rnn(heard)[0][:, 0] for heard in (frames, changed)]

    assert torch.equal(*first_states) == (name in SMALL)


def test_unless_told_otherwise_gates_read_one_way_and_attention_reads_both() -> None:
    ways = [build(config).get_parameter("output.weight").shape[1] for config in (GRUConfig(), LSTMConfig())]

    assert ways == [128, 128]
    assert build(AttentionConfig()).get_parameter("output.weight").shape[1] == 256
