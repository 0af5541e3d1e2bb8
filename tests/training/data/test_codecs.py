"""Waveforms in, what a codec leaves of them out."""

import numpy as np
import pytest

from model.audio import SAMPLE_RATE
from tests.signals import noise, tone
from training.data.codecs import CODECS, coded


@pytest.mark.parametrize("codec", CODECS)
def test_a_tone_passes_a_codec_at_its_frequency(codec: str) -> None:
    heard = coded(tone(440), codec, seed=0)

    assert np.abs(np.fft.rfft(heard)).argmax() == 440  # bins of 1 Hz
    assert np.square(heard).mean() == pytest.approx(np.square(tone(440)).mean(), rel=0.2)  # MP3 begins late


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("n_samples", [1_600, SAMPLE_RATE])
def test_the_length_stays_and_the_detail_goes(codec: str, n_samples: int) -> None:
    waveform = noise(n_samples, amplitude=0.5)

    heard = coded(waveform, codec, seed=0)

    assert heard.shape == waveform.shape
    assert np.abs(heard).max() <= 1.0
    assert np.square(heard - waveform).mean() > 0.1 * np.square(waveform).mean()


@pytest.mark.parametrize("codec", CODECS)
def test_the_seed_fixes_the_rate(codec: str) -> None:
    first, again, other = (coded(noise(), codec, seed) for seed in (0, 0, 1))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
