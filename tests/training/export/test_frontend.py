"""The front end in matrix products agrees with torchaudio's."""

import pytest
import torch

from model.frontend import Frontend, FrontendConfig
from tests.signals import noise, tone
from training.export.frontend import GraphFrontend


def frontend() -> Frontend:
    torch.manual_seed(0)
    frontend = Frontend(FrontendConfig())
    frontend.normalize_by(torch.randn(40), torch.rand(40) + 1.0)
    return frontend


@pytest.mark.parametrize("n_samples", [512, 671, 672, 16_000, 20_001])
@pytest.mark.parametrize("amplitude", [1e-4, 0.1, 1.0])
def test_frames_equal_those_of_torchaudio(n_samples: int, amplitude: float) -> None:
    reference = frontend()
    waveforms = torch.stack([torch.from_numpy(noise(n_samples, seed=seed, amplitude=amplitude)) for seed in range(3)])

    frames = GraphFrontend(reference)(waveforms)

    assert frames.shape == reference(waveforms).shape
    assert torch.allclose(frames, reference(waveforms), atol=2e-4)


def test_frames_of_a_tone_and_of_zeros_equal_those_of_torchaudio() -> None:
    reference = frontend()
    waveforms = torch.stack([torch.from_numpy(tone(1000.0)), torch.zeros(16_000)])

    frames = GraphFrontend(reference)(waveforms)

    assert torch.allclose(frames, reference(waveforms), atol=2e-3)
