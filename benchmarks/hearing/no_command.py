"""The sounds that must not be accepted as a command, kind by kind."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor

from benchmarks.hearing.material import Material, seeded
from benchmarks.hearing.noises import Recordings, steps
from model.audio import WINDOW_SAMPLES, decode, fit
from training.config import TrainConfig
from training.data.augment import ratio, uniform
from training.data.cache import FULL_SCALE
from training.data.sounds import KINDS, made_sounds
from training.data.synthesize import is_held_out

WORDS, SYNTHETIC, EVERYDAY, BACKGROUND, MADE, QUIET = (
    "speech",
    "synthetic words",
    "everyday sounds",
    "background noises",
    "made by rule",
    "clicks and silence",
)
NEVER_HEARD_WORDS = "words never heard"
EVERYDAY_STEP_SECONDS = 0.5
BACKGROUND_STEP_SECONDS = 0.1  # a split has a few seconds of each
N_MADE = 40  # recordings of each kind
N_QUIET = 400
LOUDNESS_DB = (-50.0, 0.0)  # peaks of sounds made by rule, drawn evenly in decibels

Kind = tuple[str, str, Tensor]  # group, name, (clip, time)


def no_command(
    material: Material, background: Mapping[str, Recordings], everyday: Mapping[str, Recordings]
) -> Iterator[Kind]:
    """All kinds, at most ``material.limit`` seconds of each."""
    yield WORDS, "words heard in training", material.other_words(never_heard=False)
    yield WORDS, NEVER_HEARD_WORDS, material.other_words(never_heard=True)
    for name, recordings in everyday.items():
        yield EVERYDAY, name, material.some(steps(recordings, EVERYDAY_STEP_SECONDS))
    for name, recordings in background.items():
        yield BACKGROUND, name, material.some(steps(recordings, BACKGROUND_STEP_SECONDS))
    generator = seeded("made")
    for name, recordings in zip(KINDS, made_sounds(N_MADE, generator), strict=True):
        loudness = ratio(uniform(N_MADE, LOUDNESS_DB, generator))
        quieter = [volume * recording for volume, recording in zip(loudness, recordings, strict=True)]
        yield MADE, name, material.some(steps(quieter, EVERYDAY_STEP_SECONDS))
    yield QUIET, "single clicks", material.some(single_clicks(N_QUIET, seeded("single clicks")))
    yield QUIET, "last bits of a converter", material.some(last_bits(N_QUIET, seeded("last bits")))
    yield QUIET, "digital silence", torch.zeros(1, WINDOW_SAMPLES)


def held_out_words(folder: Path) -> Iterator[Kind]:
    """The synthetic words that are kept out of training, each group of words a kind."""
    for group in sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "commands"):
        paths = [path for path in sorted(group.glob("*/*.ogg")) if is_held_out(path, TrainConfig.commands)]
        waveforms = [fit(decode(path.read_bytes())) for path in paths]
        yield SYNTHETIC, group.name, torch.from_numpy(np.stack(waveforms))


def single_clicks(n: int, generator: Generator) -> Tensor:
    """A click each in digital silence, up to 2 ms long, ``(n, time)``."""
    time = torch.arange(WINDOW_SAMPLES)
    length = torch.randint(1, 33, (n, 1), generator=generator)
    start = torch.randint(WINDOW_SAMPLES - 33, (n, 1), generator=generator)
    inside = (time >= start) & (time < start + length)
    return inside * ratio(uniform(n, LOUDNESS_DB, generator))[:, None]


def last_bits(n: int, generator: Generator) -> Tensor:
    """The noise of a converter of 16 bits: -1, 0 or 1 at random, ``(n, time)``."""
    return torch.randint(-1, 2, (n, WINDOW_SAMPLES), generator=generator) / FULL_SCALE
