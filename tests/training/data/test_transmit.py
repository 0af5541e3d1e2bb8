"""Waveforms in, badly recorded and sent ones out: clipped, or in a telephone's band and 8 bits."""

import pytest
import torch

from tests.signals import tone
from training.data.augment import clip, compand, narrow_band


def test_what_is_beyond_a_part_of_the_peak_is_cut_off() -> None:
    waveforms = torch.tensor([[0.1, -0.8, 0.4, 0.2]])

    assert clip(waveforms, torch.tensor([[4.0]])).tolist() == [pytest.approx([0.1, -0.2, 0.2, 0.2])]


@pytest.mark.parametrize(("frequency_hz", "is_heard"), [(100, False), (400, True), (3_000, True), (3_800, False)])
def test_a_telephone_passes_the_frequencies_of_its_band(frequency_hz: float, is_heard: bool) -> None:
    waveform = torch.from_numpy(tone(frequency_hz))[None]

    narrowed = narrow_band(waveform, torch.tensor([300.0]), torch.tensor([3_400.0]))

    assert torch.allclose(narrowed, waveform if is_heard else torch.zeros_like(waveform), atol=0.01)


def test_mu_law_leaves_some_256_steps_that_are_fine_where_it_is_quiet() -> None:
    ramp = torch.linspace(-1, 1, 20_001)

    rounded = compand(ramp)

    assert len(rounded.unique()) == pytest.approx(256, abs=1)
    assert ((rounded - ramp).abs() <= 0.025 * ramp.abs() + 1e-4).all()
