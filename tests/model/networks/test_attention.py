"""The convolutions of the attention network add to their input, or halve the frames."""

import pytest
import torch
from torch import nn

from model.networks.attention import Convolution
from tests.model.networks.examples import random_frames


def test_a_convolution_without_stride_adds_to_its_input() -> None:
    convolution, inputs = Convolution(5, 5, kernel_size=3, stride=1), random_frames(n_mfcc=5).transpose(1, 2)
    nn.init.zeros_(convolution.convolution.weight)

    assert torch.equal(convolution(inputs), inputs)


@pytest.mark.parametrize("n_frames", [1, 2, 11, 97])
def test_a_convolution_with_stride_two_leaves_half_the_frames_rounded_up(n_frames: int) -> None:
    inputs = random_frames(n_frames=n_frames, n_mfcc=5).transpose(1, 2)

    assert Convolution(5, 8, kernel_size=5, stride=2)(inputs).shape == (3, 8, (n_frames + 1) // 2)
