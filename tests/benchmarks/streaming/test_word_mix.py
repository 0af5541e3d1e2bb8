"""Words in a mix are as loud and as frequent as they should be, and end where their sound ends."""

from collections import Counter

import numpy as np
import pytest
import torch

from benchmarks.hearing.material import Material, seeded
from benchmarks.streaming.word_mix import at_level, end_of_word, word_mix
from tests.labels import COMMANDS
from tests.signals import noise, tone


def test_a_mix_holds_every_command_equally_often_about_every_three_seconds(material: Material) -> None:
    background = {"hum": [torch.from_numpy(noise(48_000))]}

    stream, words = word_mix(material.clips, material.cache, background, 123.0, seeded("mix"), snr_db=10)

    assert stream.shape == (123 * 16_000,)
    counts = Counter(word.label for word in words)
    assert [counts[command] // 4 for command in COMMANDS] == [1] * 10  # four or five of each of some forty words
    gaps = np.diff([word.end_seconds for word in words])
    assert gaps.min() > 2.0
    assert gaps.max() < 4.0


@pytest.mark.parametrize("snr_db", [0, 10])
def test_words_stand_above_the_noise_as_told(material: Material, snr_db: float) -> None:
    background = {"hum": [torch.from_numpy(noise(48_000))]}

    stream, words = word_mix(material.clips, material.cache, background, 60.0, seeded("mix"), snr_db=snr_db)

    noise_alone = np.square(stream[:16_000]).mean()  # a gap comes first
    last = [stream[round(16_000 * (word.end_seconds - 0.85)) :][:16_000] for word in words]
    ratios = [10 * np.log10(np.square(second).mean() / noise_alone - 1) for second in last]
    assert np.median(ratios) == pytest.approx(snr_db, abs=1.0)


@pytest.mark.parametrize("end_seconds", [0.4, 0.75])
def test_a_word_ends_where_its_sound_does(end_seconds: float) -> None:
    clip = noise(amplitude=0.002)
    clip[3_200 : round(16_000 * end_seconds)] += tone(seconds=end_seconds - 0.2)

    assert end_of_word(clip) == pytest.approx(end_seconds, abs=0.021)


def test_a_click_after_a_word_is_not_its_end() -> None:
    clip = noise(amplitude=0.002)
    clip[3_200:8_000] += tone(seconds=0.3)
    clip[14_000:14_160] = 0.5

    assert end_of_word(clip) == pytest.approx(0.5, abs=0.021)


def test_a_noisy_clip_that_was_filled_up_ends_with_its_word() -> None:
    clip = np.pad(noise(8_000, amplitude=0.05), 4_000)
    clip[6_000:9_600] += tone(seconds=0.225)

    assert end_of_word(clip) == pytest.approx(0.6, abs=0.021)


def test_a_silent_clip_ends_with_itself() -> None:
    assert end_of_word(np.zeros(16_000, np.float32)) == 1.0


def test_a_level_is_the_root_mean_square_in_decibels() -> None:
    assert at_level(torch.from_numpy(tone()), -20.0).square().mean().sqrt() == pytest.approx(0.1)
