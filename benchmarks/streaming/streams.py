"""Make endless streams, piece by piece: of noises, and of words that are no command.

Shape: every piece is ``(time,)``, float32 in [-1, 1] at 16 kHz, and fades in and out, so that no joint clicks.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle

import torch
from torch import Generator, Tensor

from benchmarks.hearing.noises import Recordings
from model.audio import SAMPLE_RATE, Waveform
from training.data.augment import ratio, uniform
from training.data.cache import WaveformCache
from training.data.clips import Clip, draw
from training.data.sounds import made_sounds

FADE_SECONDS = 0.02
LONGEST_PIECE_SECONDS = 10.0
LOUDNESS_DB = (-40.0, 0.0)  # of a piece, against its recording


def background_stream(background: Mapping[str, Recordings], generator: Generator) -> Iterator[Tensor]:
    """The noises in turn, up to ten seconds of each."""
    for recordings in cycle(background.values()):
        recording = recordings[int(torch.randint(len(recordings), (), generator=generator))]
        length = min(len(recording), round(LONGEST_PIECE_SECONDS * SAMPLE_RATE))
        start = int(torch.randint(len(recording) - length + 1, (), generator=generator))
        yield faded(recording[start : start + length])


def everyday_stream(everyday: Mapping[str, Recordings], generator: Generator) -> Iterator[Tensor]:
    """All recordings in a random order, again and again."""
    recordings = [recording for kind in everyday.values() for recording in kind]
    while True:
        for place in torch.randperm(len(recordings), generator=generator).tolist():
            yield faded(recordings[place])


def made_stream(generator: Generator) -> Iterator[Tensor]:
    """Sounds made by rule, each only once."""
    while True:
        for kind in made_sounds(1, generator):
            yield faded(kind[0])


def words_stream(clips: list[Clip], cache: WaveformCache, generator: Generator) -> Iterator[Tensor]:
    """Clips back to back, a second each; each comes once before any comes again."""
    while True:
        for clip in draw(clips, len(clips), generator):
            yield faded(cache.waveforms([clip])[0])


def at_any_loudness(pieces: Iterable[Tensor], generator: Generator) -> Iterator[Tensor]:
    for piece in pieces:
        yield piece * ratio(uniform(1, LOUDNESS_DB, generator))


def lasting(pieces: Iterable[Tensor], seconds: float) -> Iterator[Waveform]:
    """Pieces until a time is over."""
    left = round(seconds * SAMPLE_RATE)
    for piece in pieces:
        yield piece[:left].numpy()
        left -= len(piece)
        if left <= 0:
            return


def faded(piece: Tensor) -> Tensor:
    ramp = torch.linspace(0, 1, round(FADE_SECONDS * SAMPLE_RATE))
    middle = torch.ones(len(piece) - 2 * len(ramp))
    return piece * torch.cat([ramp, middle, ramp.flip(0)])
