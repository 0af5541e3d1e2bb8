"""Codecs keep nearly the same sound at about the promised rate."""

import numpy as np
import pytest

from benchmarks.hearing.codecs import codecs
from tests.signals import noise, tone


@pytest.mark.parametrize("name", codecs())
def test_every_codec_gives_back_a_second_of_the_same_sound(name: str) -> None:
    second = tone(1_000)

    heard = codecs()[name].through(second[None])

    assert heard.shape == (1, 16_000)
    assert int(np.abs(np.fft.rfft(heard[0])).argmax()) == pytest.approx(1_000, abs=1)
    assert np.square(heard).mean() == pytest.approx(np.square(second).mean(), rel=0.15)


@pytest.mark.parametrize(("name", "kbits"), [("MP3, 64 kbit/s", 64), ("MP3, 32 kbit/s", 32), ("Opus, 12 kbit/s", 12)])
def test_the_rate_of_a_codec_is_about_that_of_its_name(name: str, kbits: float) -> None:
    sounds = np.stack([tone(300) + noise(seed=seed) for seed in range(10)])

    assert codecs()[name].kbits(sounds) == pytest.approx(kbits, rel=0.35)


@pytest.mark.parametrize(("frequency_hz", "loss_db"), [(100, 38), (1_000, 0), (3_000, 1)])
def test_a_telephone_takes_the_low_notes(frequency_hz: float, loss_db: float) -> None:
    second = tone(frequency_hz)

    heard = codecs()["telephone, 300 to 3400 Hz"].through(second[None])

    assert 10 * np.log10(np.square(second).mean() / np.square(heard).mean()) == pytest.approx(loss_db, abs=1)


def test_8_khz_has_nothing_above_4_khz() -> None:
    heard = codecs()["8 kHz"].through(noise()[None])

    spectrum = np.square(np.abs(np.fft.rfft(heard[0])))
    assert spectrum[4_100:].sum() < 1e-4 * spectrum.sum()
