"""Speech varies within the bounds of the recipe, as the seed has it."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.signals import noise
from training.config import TrainConfig
from training.data.augment import ratio, transmit, uniform, vary

CONFIG = TrainConfig()
PLAIN = replace(
    CONFIG,
    speed=(1.0, 1.0),
    shift_ms=0.0,
    gain_db=(0.0, 0.0),
    room_probability=0.0,
    noise_probability=0.0,
    clip_probability=0.0,
    narrow_probability=0.0,
    offset_probability=0.0,
)  # what vary does where nothing varies


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noises(n: int, first_seed: int = 0) -> Tensor:
    return torch.stack([torch.from_numpy(noise(seed=first_seed + place)) for place in range(n)])


def test_draws_stand_in_their_bounds_and_fill_them() -> None:
    draws = uniform(1_000, (-3.0, 5.0), seeded())

    assert draws.min() >= -3.0
    assert draws.max() < 5.0
    assert torch.histc(draws, bins=8, min=-3.0, max=5.0).min() > 80


def test_six_decibels_double_an_amplitude_and_twenty_make_it_ten() -> None:
    assert ratio(torch.tensor([0.0, 6.0206, 20.0, -20.0])).tolist() == pytest.approx([1.0, 2.0, 10.0, 0.1], rel=1e-4)


def test_as_many_clips_stand_in_a_room_as_asked() -> None:
    waveforms = torch.from_numpy(noise(256)).repeat(2_000, 1)

    varied = vary(waveforms, waveforms, replace(PLAIN, room_probability=0.25), seeded())

    assert (varied != waveforms).any(dim=1).float().mean() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    "config",
    [
        replace(PLAIN, clip_probability=0.25),
        replace(PLAIN, narrow_probability=0.25),
        replace(PLAIN, offset_probability=0.25),
    ],
)
def test_as_many_clips_are_sent_badly_as_asked(config: TrainConfig) -> None:
    waveforms = torch.from_numpy(noise(256)).repeat(2_000, 1)

    sent = transmit(waveforms, config, seeded())

    assert (sent != waveforms).any(dim=1).float().mean() == pytest.approx(0.25, abs=0.03)
    assert torch.equal(waveforms[0], torch.from_numpy(noise(256)))


def test_where_nothing_varies_speech_stays_as_it_is() -> None:
    waveforms = noises(3)

    assert torch.equal(vary(waveforms, noises(3, first_seed=3), PLAIN, seeded()), waveforms)


def test_the_share_of_clips_before_a_noise_is_the_one_asked_for() -> None:
    waveforms = torch.from_numpy(noise(256)).repeat(2_000, 1)

    varied = vary(waveforms, waveforms.flip(1), replace(PLAIN, noise_probability=0.8), seeded())

    assert (varied != waveforms).any(dim=1).float().mean() == pytest.approx(0.8, abs=0.03)


def test_gain_stands_in_its_bounds_and_loud_samples_are_clipped() -> None:
    waveforms = torch.full((500, 16), 0.1)

    gain_db = 20 * torch.log10(vary(waveforms, waveforms, replace(PLAIN, gain_db=(-20.0, 30.0)), seeded())[:, 0] / 0.1)

    assert gain_db.min() == pytest.approx(-20.0, abs=0.5)
    assert gain_db.max() == pytest.approx(20.0, abs=1e-3)


def test_the_same_seed_varies_alike_and_another_does_not() -> None:
    waveforms, noise_of_each = noises(3), noises(3, first_seed=3)

    varied = [vary(waveforms, noise_of_each, CONFIG, seeded(seed)) for seed in (0, 0, 1)]

    assert torch.equal(varied[0], varied[1])
    assert not torch.equal(varied[0], varied[2])


def test_varying_does_not_change_its_arguments() -> None:
    waveforms, noise_of_each = noises(2), noises(2, first_seed=2)

    vary(waveforms, noise_of_each, CONFIG, seeded())

    assert torch.equal(waveforms, noises(2))
    assert torch.equal(noise_of_each, noises(2, first_seed=2))
