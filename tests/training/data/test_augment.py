"""Waveforms in, varied ones out: what speed, shift, noise, gain and masks do, and that a seed fixes them."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.signals import noise, tone
from training.config import TrainConfig
from training.data.augment import add_noise, babble, mask, ratio, reverberate, tear, uniform, vary, warp

CONFIG = TrainConfig()
PLAIN = replace(
    CONFIG, speed=(1.0, 1.0), shift_ms=0.0, gain_db=(0.0, 0.0), room_probability=0.0, noise_probability=0.0
)  # what vary does where nothing varies


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noises(n: int, first_seed: int = 0) -> Tensor:
    return torch.stack([torch.from_numpy(noise(seed=first_seed + place)) for place in range(n)])


def loudest_frequency(waveform: Tensor) -> float:
    return float(torch.fft.rfft(waveform).abs().argmax()) * 16_000 / len(waveform)


def power(waveforms: Tensor) -> Tensor:
    return waveforms.square().mean(dim=1)


def widths(masked: Tensor) -> Tensor:
    """How many places in each row of ``(batch, place)`` are True, which must stand in one run."""
    edges = torch.nn.functional.pad(masked.int(), (1, 1)).diff(dim=1)
    assert (edges == 1).sum(dim=1).max() <= 1
    return masked.sum(dim=1)


def test_draws_stand_in_their_bounds_and_fill_them() -> None:
    draws = uniform(1_000, (-3.0, 5.0), seeded())

    assert draws.min() >= -3.0
    assert draws.max() < 5.0
    assert torch.histc(draws, bins=8, min=-3.0, max=5.0).min() > 80


def test_six_decibels_double_an_amplitude_and_twenty_make_it_ten() -> None:
    assert ratio(torch.tensor([0.0, 6.0206, 20.0, -20.0])).tolist() == pytest.approx([1.0, 2.0, 10.0, 0.1], rel=1e-4)


def test_speed_one_and_shift_zero_leave_a_waveform_as_it_is() -> None:
    waveforms = noises(3)

    assert torch.equal(warp(waveforms, torch.ones(3), torch.zeros(3)), waveforms)


@pytest.mark.parametrize("n_samples", [1, 100, 1_600])
def test_a_shift_moves_by_as_many_samples_and_zeros_come_in(n_samples: int) -> None:
    waveforms = noises(2)

    moved = warp(waveforms, torch.ones(2), torch.tensor([n_samples, -n_samples]))

    assert torch.equal(moved[0, n_samples:], waveforms[0, :-n_samples])
    assert torch.equal(moved[1, :-n_samples], waveforms[1, n_samples:])
    assert not moved[0, :n_samples].any()
    assert not moved[1, -n_samples:].any()


def test_half_a_sample_of_shift_is_the_mean_of_two_neighbours() -> None:
    waveforms = noises(1)

    moved = warp(waveforms, torch.ones(1), torch.tensor([0.5]))

    assert torch.allclose(moved[0, 1:], (waveforms[0, 1:] + waveforms[0, :-1]) / 2, atol=1e-4)


@pytest.mark.parametrize("speed", [0.5, 0.85, 1.15, 2.0])
def test_speed_multiplies_the_frequency_of_a_tone(speed: float) -> None:
    waveform = torch.from_numpy(tone(400))[None]

    faster = warp(waveform, torch.tensor([speed]), torch.zeros(1))

    assert loudest_frequency(faster[0, 4_000:12_000]) == pytest.approx(400 * speed, abs=2.0)


def test_twice_the_speed_squeezes_a_clip_into_its_middle_half() -> None:
    faster = warp(torch.ones(1, 16_000), torch.tensor([2.0]), torch.zeros(1))

    assert torch.equal(faster[0, 4_000:12_000], torch.ones(8_000))
    assert not faster[0, :3_999].any()
    assert not faster[0, 12_001:].any()


def test_a_warped_clip_does_not_depend_on_its_batch() -> None:
    waveforms, speed, shift = noises(4), torch.tensor([0.9, 1.1, 1.0, 0.8]), torch.tensor([10.5, -300.0, 0.0, 77.0])

    alone = [warp(waveforms[n : n + 1], speed[n : n + 1], shift[n : n + 1]) for n in range(4)]

    assert torch.equal(warp(waveforms, speed, shift), torch.cat(alone))


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


def test_of_a_torn_word_as_much_of_its_end_is_left_as_asked_at_the_start() -> None:
    words = torch.zeros(2, 16_000)
    words[:, 4_000:12_000] = torch.from_numpy(noise(8_000))

    torn = tear(words, torch.tensor([0.25, 0.5]))

    lengths = [int(one.nonzero().max()) + 1 for one in torn]
    assert lengths == pytest.approx([0.25 * 7_200 + 400, 0.5 * 7_200 + 400], abs=60)
    assert all(
        torch.equal(one[:n], word[12_000 - n : 12_000]) for one, word, n in zip(torn, words, lengths, strict=True)
    )


def test_silence_can_be_torn() -> None:
    assert not tear(torch.zeros(1, 16_000), torch.tensor([0.5])).any()


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


def test_some_clips_stand_in_a_room_and_as_many_as_asked() -> None:
    waveforms = torch.from_numpy(noise(256)).repeat(2_000, 1)

    varied = vary(waveforms, waveforms, replace(PLAIN, room_probability=0.25), seeded())

    assert (varied != waveforms).any(dim=1).float().mean() == pytest.approx(0.25, abs=0.03)


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


def test_varying_does_not_change_what_is_handed_in() -> None:
    waveforms, noise_of_each = noises(2), noises(2, first_seed=2)

    vary(waveforms, noise_of_each, CONFIG, seeded())

    assert torch.equal(waveforms, noises(2))
    assert torch.equal(noise_of_each, noises(2, first_seed=2))


def test_a_mask_is_at_most_as_wide_as_allowed_and_all_widths_occur() -> None:
    masked = mask(torch.ones(2_000, 97, 40), replace(CONFIG, n_masks=1), seeded()) == 0

    in_time, in_mfcc = widths(masked.all(dim=2)), widths(masked.all(dim=1))
    assert in_time.unique().tolist() == list(range(CONFIG.max_mask_frames + 1))
    assert in_mfcc.unique().tolist() == list(range(CONFIG.max_mask_mfcc + 1))
    assert masked.all(dim=2).any(dim=0).all()
    assert masked.all(dim=1).any(dim=0).all()


def test_a_mask_hides_whole_frames_and_whole_coefficients_and_nothing_else() -> None:
    masked = mask(torch.ones(100, 97, 40), CONFIG, seeded()) == 0

    in_time, in_mfcc = masked.all(dim=2), masked.all(dim=1)
    assert torch.equal(masked, in_time[:, :, None] | in_mfcc[:, None, :])
    assert in_time.sum(dim=1).max() <= CONFIG.n_masks * CONFIG.max_mask_frames
    assert in_mfcc.sum(dim=1).max() <= CONFIG.n_masks * CONFIG.max_mask_mfcc


def test_without_masks_frames_stay_as_they_are() -> None:
    frames = torch.randn(2, 97, 40, generator=seeded())

    assert torch.equal(mask(frames, replace(CONFIG, n_masks=0), seeded()), frames)
