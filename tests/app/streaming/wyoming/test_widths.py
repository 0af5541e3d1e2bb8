"""Samples of any width keep their upper 16 bits, wherever chunks are cut."""

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from app.streaming.wyoming.widths import To16Bits
from tests.app.sound import cut
from tests.signals import encode, noise

SUBTYPES = {1: "PCM_U8", 2: "PCM_16", 3: "PCM_24", 4: "PCM_32"}


@pytest.mark.parametrize("width", SUBTYPES)
@given(places=st.lists(st.integers(0, 4_000), max_size=5))
def test_samples_are_those_that_a_wav_of_this_width_has(width: int, places: list[int]) -> None:
    clip = encode(noise(1_000), subtype=SUBTYPES[width])
    expected, _ = soundfile.read(io.BytesIO(clip), dtype="int16")
    converter = To16Bits(width)

    converted = b"".join(converter.convert(piece) for piece in cut(clip[-1_000 * width :], places))

    assert np.abs(np.frombuffer(converted, "<i2").astype(int) - expected).max() <= 1
