"""Each distortion does what it promises, by measure."""

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from benchmarks.hearing.distortions import amplified, at_speed, distortions, noisy, reverberant
from tests.signals import noise, tone


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def batch(*signals: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Tensor:
    return torch.from_numpy(np.stack(signals))


def power(waveforms: Tensor) -> Tensor:
    return waveforms.square().mean(dim=1)


@pytest.mark.parametrize("name", distortions())
def test_every_distortion_gives_seconds_within_full_scale_and_the_same_again(name: str) -> None:
    waveforms = batch(tone(300) * 2, noise(seed=1), np.zeros(16_000, np.float32))

    first, second = (distortions()[name](waveforms, seeded()) for _ in range(2))

    assert first.shape == waveforms.shape
    assert first.dtype == torch.float32
    assert torch.equal(first, second)
    assert first.abs().max() <= 1.0


@pytest.mark.parametrize("snr_db", [20, 0, -5])
def test_noise_is_added_at_the_ratio_asked_for(snr_db: int) -> None:
    clean, around = batch(tone(300) * 0.1, tone(700) * 0.1), batch(noise(seed=1), noise(seed=2))

    added = noisy(clean, around, snr_db) - clean

    assert 10 * torch.log10(power(clean) / power(added)) == pytest.approx([snr_db] * 2, abs=0.1)


def test_what_noise_makes_too_loud_is_scaled_and_not_clipped() -> None:
    loud, quiet = (noisy(batch(tone(300) * volume), batch(noise()), snr_db=0) for volume in (2.0, 0.1))

    assert quiet.abs().max() < 0.9
    assert torch.allclose(loud, quiet / quiet.abs().max(), atol=1e-5)


@pytest.mark.parametrize("rt60_seconds", [0.3, 0.8])
def test_reverberation_dies_away_by_sixty_decibels_in_its_time(rt60_seconds: float) -> None:
    click = torch.zeros(200, 16_000)
    click[:, 0] = 0.5

    echoes = reverberant(click, rt60_seconds, seeded())[:, 100:].square().mean(dim=0)

    early, late = (float(echoes[int(16_000 * share * rt60_seconds) :][:400].mean()) for share in (0.1, 0.6))
    assert 10 * np.log10(early / late) == pytest.approx(30, abs=1.0)


def test_a_room_leaves_the_loudness_and_is_another_one_for_every_clip() -> None:
    wet = reverberant(batch(tone(300), tone(300)), 0.3, seeded())

    assert power(wet) == pytest.approx([0.125, 0.125], rel=1e-3)
    assert not torch.allclose(wet[0], wet[1], atol=1e-3)


def test_gain_clips_what_is_too_loud_and_rounds_what_is_quiet() -> None:
    waveforms = batch(tone(300))

    louder, quieter = amplified(waveforms, 20), amplified(waveforms, -80)

    assert (louder.abs() == 1.0).float().mean() > 0.8
    assert set((quieter * 32_767).round().int().flatten().tolist()) == {-2, -1, 0, 1, 2}


@pytest.mark.parametrize("speed", [0.8, 1.25])
def test_speed_changes_the_pitch(speed: float) -> None:
    played = at_speed(batch(tone(1_000)), speed)

    assert int(torch.fft.rfft(played[0]).abs().argmax()) == pytest.approx(1_000 * speed, abs=1)


def test_a_shift_moves_samples_and_fills_up_with_zeros() -> None:
    waveforms = batch(noise())

    later = distortions()["shifted +200 ms"](waveforms, seeded())

    assert torch.allclose(later[:, 3_200:], waveforms[:, :-3_200], atol=1e-5)
    assert not later[:, :3_200].any()
