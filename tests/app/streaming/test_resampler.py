"""A stream in chunks becomes what a file of the same samples becomes, wherever it is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.streaming.resampler import Resampler
from model.audio import Waveform, decode
from tests.app.sound import chunks_of, cut, pcm
from tests.signals import encode, noise


def heard(sample_rate: float, chunks: list[bytes]) -> Waveform:
    resampler = Resampler(sample_rate)
    return np.concatenate([*[resampler.resample(chunk) for chunk in chunks], resampler.finish()])


@pytest.mark.parametrize("sample_rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("n_bytes", [1, 333, 3_200, 10**6])
def test_chunks_become_the_waveform_of_the_file(sample_rate: int, n_bytes: int) -> None:
    signal = noise(sample_rate // 4)

    waveform = heard(sample_rate, chunks_of(pcm(signal), n_bytes))

    assert np.array_equal(waveform, decode(encode(signal, sample_rate=sample_rate)))


@given(st.lists(st.integers(0, 4_000), max_size=20), st.sampled_from([8_000.0, 16_000.0, 22_050.5]))
@settings(max_examples=50, deadline=None)
def test_cuts_anywhere_change_nothing(cuts: list[int], sample_rate: float) -> None:
    sound = pcm(noise(2_000))

    waveform = heard(sample_rate, cut(sound, cuts))

    assert np.array_equal(waveform, heard(sample_rate, [sound]))


def test_half_a_sample_at_the_end_is_left_out() -> None:
    waveform = heard(16_000, [pcm(noise(100)) + b"\x7f"])

    assert len(waveform) == 100


def test_full_scale_stays_within_the_range_of_a_waveform() -> None:
    square = pcm(np.sign(noise(4_000)))

    waveform = heard(8_000, [square])

    assert np.abs(waveform).max() == 1.0
