"""Noises have their names and their spectrum, and cuts of them are not silent."""

from pathlib import Path

import pytest
import soundfile
import torch
from torch import Generator

from benchmarks.hearing.material import Material
from benchmarks.hearing.noises import babble, background, cuts, everyday, pink, steps
from tests.signals import noise
from training.errors import DataError


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def write_sounds(folder: Path, n: int) -> Path:
    folder.mkdir(parents=True)
    for seed in range(n):
        soundfile.write(folder / f"{seed}.wav", noise(32_000, seed=seed), 16_000)
    return folder


def test_background_noises_have_the_names_of_their_files(corpus: Path) -> None:
    assert list(background(corpus, "testing")) == ["noise_0", "noise_1"]


def test_folders_of_a_source_are_classes_and_a_source_without_any_is_one(tmp_path: Path) -> None:
    write_sounds(tmp_path / "sounds" / "rain", 2)
    write_sounds(tmp_path / "sounds" / "rooster", 3)
    alone = write_sounds(tmp_path / "dogs", 1)

    classes = everyday([tmp_path / "sounds", alone])

    assert {name: len(recordings) for name, recordings in classes.items()} == {"rain": 2, "rooster": 3, "dogs": 1}


def test_a_source_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere does not exist"):
        everyday([tmp_path / "nowhere"])


def test_pink_noise_has_as_much_power_in_each_octave() -> None:
    (recording,) = pink(seeded())

    spectrum = torch.fft.rfft(recording).abs().square()
    hertz = torch.fft.rfftfreq(len(recording), 1 / 16_000)
    powers = torch.stack([spectrum[(hertz >= low) & (hertz < 2 * low)].sum() for low in (100, 400, 1_600, 3_200)])
    assert powers / powers.mean() == pytest.approx([1.0] * 4, rel=0.03)


def test_babble_is_a_minute_that_never_falls_silent(material: Material) -> None:
    (recording,) = babble(material.clips, material.cache, seeded())

    levels = recording.reshape(-1, 1_600).square().mean(dim=1).sqrt()
    assert len(recording) == 60 * 16_000
    assert recording.abs().max() == pytest.approx(1.0)
    assert levels.min() > 0.02


def test_steps_are_the_seconds_that_begin_at_every_step() -> None:
    recording = torch.arange(40_000.0)

    seconds = steps([recording, recording[:16_000]], step_seconds=0.5)

    assert seconds.shape == (5, 16_000)
    assert seconds[:, 0].tolist() == [0.0, 8_000.0, 16_000.0, 24_000.0, 0.0]


def test_silent_seconds_are_never_cut() -> None:
    recording = torch.cat([torch.zeros(80_000), torch.from_numpy(noise()), torch.zeros(80_000)])

    drawn = cuts([recording], 50, seeded())

    assert drawn.shape == (50, 16_000)
    assert drawn.square().mean(dim=1).sqrt().min() > 1e-4
