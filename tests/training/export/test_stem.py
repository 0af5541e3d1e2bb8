"""The stem over pictures agrees with the stem over time."""

import pytest
import torch

from model.networks.attention import Attention, AttentionConfig
from training.export.stem import GraphStem


@pytest.mark.parametrize("n_frames", [1, 4, 97, 98])
@pytest.mark.parametrize("kernel_size", [3, 5])
def test_channels_equal_those_of_the_network(n_frames: int, kernel_size: int) -> None:
    torch.manual_seed(0)
    stem = Attention(AttentionConfig(stem_channels=8, hidden_size=8, kernel_size=kernel_size)).stem
    stem(torch.randn(16, 40, 50))  # moves the statistics of its batch norms away from 0 and 1
    frames = torch.randn(3, 40, n_frames)

    channels = GraphStem(stem)(frames)

    assert torch.allclose(channels, stem.eval()(frames), atol=1e-5)
