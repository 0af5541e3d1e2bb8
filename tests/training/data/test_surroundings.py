"""Rooms, noises and other voices surround a waveform as loudly as asked."""

import pytest
import torch
from torch import Tensor

from tests.signals import noise
from training.data.augment import add_noise, babble, reverberate


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noises(n: int, first_seed: int = 0) -> Tensor:
    return torch.stack([torch.from_numpy(noise(seed=first_seed + place)) for place in range(n)])


def power(waveforms: Tensor) -> Tensor:
    return waveforms.square().mean(dim=1)


@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 20.0, 40.0])
def test_noise_is_added_at_the_ratio_that_was_asked_for(snr_db: float) -> None:
    waveforms, noise_of_each = noises(2), 0.01 * noises(2, first_seed=2)

    added = add_noise(waveforms, noise_of_each, torch.full((2,), snr_db)) - waveforms

    assert (10 * torch.log10(power(waveforms) / power(added))).tolist() == pytest.approx([snr_db] * 2, abs=0.01)


def test_an_infinite_ratio_adds_no_noise() -> None:
    waveforms = noises(2)

    assert torch.equal(add_noise(waveforms, noises(2, first_seed=2), torch.full((2,), torch.inf)), waveforms)


def test_nothing_is_added_to_zeros_and_noise_of_zeros_adds_nothing() -> None:
    zeros, waveforms = torch.zeros(2, 16_000), noises(2)

    assert torch.equal(add_noise(zeros, waveforms, torch.zeros(2)), zeros)
    assert torch.equal(add_noise(waveforms, zeros, torch.zeros(2)), waveforms)


def test_reverberation_follows_the_sound_dies_away_as_asked_and_keeps_the_loudness() -> None:
    click = torch.zeros(2, 16_000)
    click[:, 1_000] = 0.5

    wet = reverberate(click, torch.tensor([0.2, 0.8]), torch.zeros(2), seeded())

    assert power(wet).tolist() == pytest.approx(power(click).tolist(), rel=1e-3)
    assert wet[:, :1_000].abs().max() < 1e-6
    levels_db = [10 * torch.log10(power(wet[:, start : start + 800])) for start in (1_010, 2_610)]  # 0.1 s apart
    assert (levels_db[0] - levels_db[1]).tolist() == pytest.approx([30.0, 7.5], abs=2.0)


@pytest.mark.parametrize("direct_db", [-5.0, 15.0])
def test_the_direct_sound_stands_over_the_reverberation_by_as_much_as_asked(direct_db: float) -> None:
    click = torch.zeros(1, 16_000)
    click[:, 1_000] = 0.5

    wet = reverberate(click, torch.tensor([0.3]), torch.tensor([direct_db]), seeded())

    direct, late = wet[0, 1_000].square(), wet[0, 1_001:].square().sum()
    assert float(10 * torch.log10(direct / late)) == pytest.approx(direct_db, abs=0.1)


def test_a_waveform_of_zeros_stays_so_in_a_room() -> None:
    assert not reverberate(torch.zeros(1, 16_000), torch.tensor([0.5]), torch.zeros(1), seeded()).any()


def test_babble_is_the_sum_of_others_at_equal_loudness() -> None:
    voices = torch.eye(4) * torch.tensor([1.0, 2.0, 3.0, 4.0])

    mixed = babble(voices, 2, seeded())

    assert not mixed.diagonal().any()
    assert mixed.sum(dim=1).tolist() == [2.0] * 4
    assert mixed.unique().tolist() == [0.0, 1.0]


def test_a_voice_alone_has_no_babble_around_it() -> None:
    assert not babble(torch.ones(1, 16), 5, seeded()).any()
