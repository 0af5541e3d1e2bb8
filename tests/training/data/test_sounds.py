"""Every kind of made sound is finite and at full scale, and no two are alike."""

import pytest
import torch

from training.data.sounds import KINDS, N_SAMPLES, bands, made_sounds, ticks


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_made_sound_is_finite_and_audible_whatever_the_seed(kind: str) -> None:
    sounds = [KINDS[kind](seeded(seed)) for seed in range(20)]

    assert {sound.shape for sound in sounds} == {(N_SAMPLES,)}
    assert {sound.dtype for sound in sounds} == {torch.float32}
    assert all(bool(sound.isfinite().all() and sound.any()) for sound in sounds)


def test_each_kind_has_as_many_sounds_as_asked_all_different_and_at_full_scale() -> None:
    kinds = made_sounds(3, seeded())

    sounds = torch.stack([sound for kind in kinds for sound in kind])
    assert [len(kind) for kind in kinds] == [3] * len(KINDS)
    assert torch.allclose(sounds.abs().amax(dim=1), torch.ones(len(sounds)))
    assert len(sounds.unique(dim=0)) == len(sounds)


def test_the_seed_fixes_every_sound() -> None:
    made = [made_sounds(1, seeded(seed)) for seed in (0, 0, 1)]

    assert all(torch.equal(one[0], other[0]) for one, other in zip(made[0], made[1], strict=True))
    assert not any(torch.equal(one[0], other[0]) for one, other in zip(made[0], made[2], strict=True))


def test_a_clock_ticks_at_an_even_beat() -> None:
    loudness = ticks(seeded(3)).abs().unflatten(0, (-1, 160)).amax(dim=1)  # every 10 ms

    struck = (loudness > 4 * loudness.median().clamp(min=1e-3)).nonzero().flatten()
    starts = struck[torch.cat([torch.tensor([True]), struck.diff() > 3])]
    assert len(starts) >= 3
    assert starts.diff().max() - starts.diff().min() <= 2


def test_bands_of_noise_differ_in_their_spectrum() -> None:
    spectra = torch.stack([torch.fft.rfft(bands(seeded(seed))).abs() for seed in range(10)])

    centroids_hz = (spectra * torch.linspace(0, 8_000, spectra.shape[1])).sum(dim=1) / spectra.sum(dim=1)
    assert centroids_hz.max() - centroids_hz.min() > 1_000
