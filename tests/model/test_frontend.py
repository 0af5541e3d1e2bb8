"""The MFCC equals one written in NumPy, and a clip's frames depend on nothing but the clip."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.frontend import Frontend, FrontendConfig
from tests.signals import Signal, noise, tone

CONFIG = FrontendConfig()
SIGNALS = {
    "noise": noise(),
    "tone": tone(),
    "zeros": 0 * tone(),
    "quiet": noise(amplitude=1e-4),
    "loud": noise(amplitude=1.0),
}


def mel_filters() -> NDArray[np.float64]:
    """80 triangles, (frequency, mel), evenly wide on the mel scale of HTK from 20 to 7600 Hz."""
    low, high = 2595 * np.log10(1 + np.array([20, 7600]) / 700)
    corners = 700 * (10 ** (np.linspace(low, high, 82) / 2595) - 1)
    frequency = np.arange(257)[:, None] * 16_000 / 512
    rising = (frequency - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - frequency) / (corners[2:] - corners[1:-1])
    filters: NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling))
    return filters


def dct() -> NDArray[np.float64]:
    """The orthonormal DCT-II, (mel, mfcc)."""
    basis: NDArray[np.float64] = np.cos(np.pi / 80 * (np.arange(80)[:, None] + 0.5) * np.arange(40)) * np.sqrt(2 / 80)
    basis[:, 0] /= np.sqrt(2)
    return basis


def numpy_mfcc(signal: Signal) -> NDArray[np.float64]:
    """(time,) to (frame, mfcc): a Hann window of 30 ms in the middle of an FFT of 512, every 10 ms."""
    window = np.pad(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(480) / 480), 16)
    starts = range(0, len(signal) - 512 + 1, 160)
    power = np.stack([np.abs(np.fft.rfft(window * signal[start : start + 512])) ** 2 for start in starts])
    return np.log(power @ mel_filters() + 1e-6) @ dct()


def frames_of(*signals: Signal, frontend: Frontend | None = None) -> torch.Tensor:
    frames: torch.Tensor = (frontend or Frontend(CONFIG))(torch.from_numpy(np.stack(signals)))
    return frames


@pytest.mark.parametrize("name", SIGNALS)
def test_the_mfcc_agrees_with_one_written_in_numpy(name: str) -> None:
    frames = frames_of(SIGNALS[name])[0].numpy()

    assert np.allclose(frames, numpy_mfcc(SIGNALS[name]), atol=1e-3)


def test_frames_alone_equal_frames_beside_a_loud_neighbour() -> None:
    quiet, loud = noise(amplitude=1e-4), noise(seed=1, amplitude=1.0)

    alone, together = frames_of(quiet), frames_of(quiet, loud)

    assert torch.allclose(alone[0], together[0], atol=1e-5)


def test_frames_of_a_part_equal_those_of_the_whole() -> None:
    whole = noise(8_000)
    part = whole[10 * CONFIG.hop_samples :]

    assert torch.allclose(frames_of(whole)[0, 10:], frames_of(part)[0], atol=1e-5)


@pytest.mark.parametrize("n_samples", [512, 671, 672, 1_600, 16_000, 16_001, 20_000])
def test_there_are_as_many_frames_as_whole_windows(n_samples: int) -> None:
    frames = frames_of(noise(n_samples), noise(n_samples, seed=1))

    assert frames.shape == (2, CONFIG.framing.n_frames(n_samples), CONFIG.n_mfcc)


def test_a_second_has_97_frames_and_less_than_a_window_has_none() -> None:
    assert CONFIG.framing.n_frames(16_000) == 97
    assert CONFIG.framing.n_frames(511) == 0
    assert CONFIG.framing.n_frames(0) == 0


def test_frames_are_normalized_per_coefficient() -> None:
    frontend, plain = Frontend(CONFIG), frames_of(noise())
    mean, deviation = plain.mean(dim=(0, 1)), plain.std(dim=(0, 1))
    frontend.normalize_by(mean, deviation)

    frames = frames_of(noise(), frontend=frontend)

    assert torch.allclose(frames, (plain - mean) / deviation, atol=1e-5)
    assert torch.allclose(frames.mean(dim=(0, 1)), torch.zeros(40), atol=1e-4)
    assert torch.allclose(frames.std(dim=(0, 1)), torch.ones(40), atol=1e-4)


@pytest.mark.parametrize("n_statistics", [1, 39])
def test_statistics_of_another_size_are_refused(n_statistics: int) -> None:
    wrong = torch.ones(n_statistics)

    with pytest.raises(RuntimeError, match="shape"):
        Frontend(CONFIG).normalize_by(wrong, wrong)


def test_no_mel_band_is_empty() -> None:
    energies = Frontend(CONFIG).mfcc.MelSpectrogram(torch.from_numpy(noise()))

    assert (energies.mean(dim=-1) > 0).all()
