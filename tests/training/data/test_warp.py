"""Speed and shift move the samples of a waveform as asked, and a torn word leaves its end."""

import pytest
import torch
from torch import Tensor

from tests.signals import noise, tone
from training.data.augment import splice, tear, warp


def noises(n: int, first_seed: int = 0) -> Tensor:
    return torch.stack([torch.from_numpy(noise(seed=first_seed + place)) for place in range(n)])


def loudest_frequency(waveform: Tensor) -> float:
    return float(torch.fft.rfft(waveform).abs().argmax()) * 16_000 / len(waveform)


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


def test_a_word_spliced_with_itself_stays_as_it_is() -> None:
    waveforms = noises(3)

    assert torch.allclose(splice(waveforms, waveforms, torch.tensor([0.25, 0.5, 0.75])), waveforms, atol=1e-6)


def test_a_splice_holds_a_share_of_the_first_word_and_then_the_second() -> None:
    first, nothing = noises(1), torch.zeros(1, 16_000)

    joined = splice(first, nothing, torch.tensor([0.25]))

    n_kept = int(joined.nonzero()[-1, 1]) + 1
    assert torch.equal(joined[:, :n_kept], first[:, :n_kept])
    assert joined.square().sum() / first.square().sum() == pytest.approx(0.25, abs=0.001)


def test_both_parts_of_a_splice_are_equally_loud() -> None:
    waveforms = noises(1)

    joined = splice(waveforms, 0.01 * waveforms, torch.tensor([0.5]))

    assert torch.allclose(joined, waveforms, atol=1e-5)
