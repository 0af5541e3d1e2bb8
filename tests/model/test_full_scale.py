"""Samples that stand for integers are scaled, loud ones clipped, and what is neither is refused."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.audio import decode
from model.errors import SamplesOutOfRange
from model.full_scale import to_full_scale
from tests.signals import Signal, encode, noise, tone


def column(signal: NDArray[Any]) -> Signal:
    return signal[:, None].astype(np.float32)


@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize("loudness", [1.0, 0.3])
def test_floats_that_stand_for_integers_are_scaled(bits: int, loudness: float) -> None:
    signal = loudness * tone() * 1.99

    scaled = to_full_scale(column(signal * 2.0 ** (bits - 1)))

    assert np.abs(scaled[:, 0] - signal).max() < 1e-4


def test_quiet_whole_numbers_beyond_1_are_scaled_too() -> None:
    whole = np.rint(noise() * 30)

    assert np.array_equal(to_full_scale(column(whole)), column(whole) / 32_768)


def test_16_bit_samples_in_32_bits_are_scaled() -> None:
    whole = np.rint(tone() * 32_767)

    scaled = to_full_scale(column(whole / 2**31))

    assert np.array_equal(scaled, column(whole / 32_768))


def test_dither_of_24_bits_stays_quiet() -> None:
    dither = column(np.random.default_rng(0).integers(-2, 3, 16_000) / 2**23)

    assert np.array_equal(to_full_scale(dither), dither)


@pytest.mark.parametrize("gain", [0.001, 0.5, 2.0])
def test_ordinary_samples_stay_as_they_are(gain: float) -> None:
    signal = column(tone() * gain)

    assert to_full_scale(signal) is signal


def test_loud_samples_are_clipped() -> None:
    loud = column(4 * tone())

    assert np.array_equal(to_full_scale(loud), np.clip(loud, -1, 1))


def test_a_click_does_not_silence_the_rest() -> None:
    signal = column(tone())
    signal[100] = 30_000.0

    scaled = to_full_scale(signal)

    assert scaled[100] == 1.0
    assert np.array_equal(scaled[101:], signal[101:])


@pytest.mark.parametrize("peak", [20.0, 1e12, float(np.finfo(np.float32).max)])
def test_samples_that_fit_no_scale_are_refused_with_what_would_be_right(peak: float) -> None:
    with pytest.raises(SamplesOutOfRange, match=r"reach .*, but .* from -1 to 1; divide them by their largest value"):
        decode(encode(2 * tone() * np.float32(peak), subtype="FLOAT"))
