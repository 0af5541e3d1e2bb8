"""Samples that fill their bytes in part are read at their full level, wherever in the bytes they stand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.audio import decode
from tests.signals import noise
from tests.wav import chunk, format_chunk, riff


def little_endian(integers: NDArray[np.float64], n_bytes: int) -> bytes:
    octets = integers.astype("<i8").view(np.uint8).reshape(-1, 8)
    return octets[:, :n_bytes].tobytes()


@pytest.mark.parametrize(("bits", "n_bytes"), [(12, 2), (20, 3), (18, 3), (24, 4), (20, 4), (30, 4)])
@pytest.mark.parametrize("is_low", [False, True], ids=["high", "low"])
def test_samples_at_either_end_of_their_bytes_are_read(bits: int, n_bytes: int, is_low: bool) -> None:
    signal = noise()
    integers = np.rint(signal.astype(np.float64) * 2 ** (bits - 1)) * (1 if is_low else 2 ** (8 * n_bytes - bits))
    form = format_chunk(bits=bits, block_align=n_bytes)

    waveform = decode(riff(form, chunk(b"data", little_endian(integers, n_bytes))))

    assert np.abs(waveform - signal).max() <= 2.0 ** (1 - bits)


def test_quiet_sound_at_the_high_end_stays_quiet() -> None:
    signal = noise(amplitude=0.001)
    integers = np.rint(signal.astype(np.float64) * 2**19) * 2**4

    waveform = decode(riff(format_chunk(bits=20, block_align=3), chunk(b"data", little_endian(integers, 3))))

    assert np.abs(waveform - signal).max() < 1e-5


def test_half_a_sample_at_the_end_is_left_out() -> None:
    samples = little_endian(noise().astype(np.float64) * 2**23 * 256, 4)

    waveform = decode(riff(format_chunk(bits=24, block_align=4), chunk(b"data", samples[:-1])))

    assert len(waveform) == 15_999
