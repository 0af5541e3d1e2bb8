"""Mix minutes of commands and noise, and say when each word ends."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from benchmarks.hearing.noises import Recordings
from benchmarks.streaming.streams import background_stream, faded, lasting
from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform
from training.config import TrainConfig
from training.data.augment import ratio, uniform
from training.data.cache import WaveformCache
from training.data.clips import Clip, by_label, draw

GAP_SECONDS = (1.5, 2.5)  # between two clips of a second
NOISE_LEVEL_DB = -35.0  # of full scale, root mean square

FRAME_SECONDS = 0.01
N_MEDIAN_FRAMES = 5  # a click is shorter than half of them
BELOW_PEAK_DB = 20.0  # the frames of a word are at most this far below its loudest,
ABOVE_FLOOR_DB = 10.0  # and this far above the quiet ones of its clip
FLOOR_PERCENTILE = 10
FAINTEST = 1e-10  # mean square of a frame that counts as silent


@dataclass(frozen=True, kw_only=True)
class Word:
    """A command in a stream, and when its sound ends."""

    label: str
    end_seconds: float


def word_mix(
    clips: list[Clip],
    cache: WaveformCache,
    background: Mapping[str, Recordings],
    seconds: float,
    generator: Generator,
    *,
    snr_db: float,
) -> tuple[Waveform, list[Word]]:
    """A word about every three seconds, all commands equally often, each so far above a noise that changes.

    The ratio is that of mean powers: of a clip, a second, and of a piece of noise.
    """
    pieces = (at_level(piece, NOISE_LEVEL_DB) for piece in background_stream(background, generator))
    stream = np.concatenate(list(lasting(pieces, seconds)))
    spoken = _shuffled_commands(clips, round(seconds), generator)
    gaps = uniform(len(spoken), GAP_SECONDS, generator).tolist()
    words, start = [], 0
    for clip, gap in zip(spoken, gaps, strict=True):
        start += round(gap * SAMPLE_RATE)
        if start + WINDOW_SAMPLES > len(stream):
            break
        waveform = cache.waveforms([clip])[0]
        stream[start : start + WINDOW_SAMPLES] += faded(at_level(waveform, NOISE_LEVEL_DB + snr_db)).numpy()
        words.append(Word(label=clip.word, end_seconds=start / SAMPLE_RATE + end_of_word(waveform.numpy())))
        start += WINDOW_SAMPLES
    return stream.clip(-1.0, 1.0), words


def end_of_word(waveform: Waveform) -> float:
    """Where the sound of a word ends in its clip, in seconds.

    After the last frame that is loud enough for speech; a faint end is cut off rather than silence kept.
    """
    frames = waveform.reshape(-1, round(FRAME_SECONDS * SAMPLE_RATE))
    recorded = frames.any(axis=1)  # the zeros after a short clip say nothing about its noise
    if not recorded.any():
        return len(waveform) / SAMPLE_RATE
    padded = np.pad(np.square(frames).mean(axis=1).clip(min=FAINTEST), N_MEDIAN_FRAMES // 2, mode="edge")
    level_db = 10 * np.log10(np.median(np.lib.stride_tricks.sliding_window_view(padded, N_MEDIAN_FRAMES), axis=1))
    floor_db, peak_db = float(np.percentile(level_db[recorded], FLOOR_PERCENTILE)), float(level_db.max())
    least_db = max(peak_db - BELOW_PEAK_DB, min(floor_db + ABOVE_FLOOR_DB, peak_db - ABOVE_FLOOR_DB))
    return float(np.flatnonzero(level_db >= least_db)[-1] + 1) * FRAME_SECONDS


def at_level(waveform: Tensor, level_db: float) -> Tensor:
    """With a root mean square of so many decibels of full scale."""
    level = waveform.square().mean().sqrt().clamp(min=1e-5)
    return waveform / level * ratio(torch.tensor(level_db))


def _shuffled_commands(clips: list[Clip], n: int, generator: Generator) -> list[Clip]:
    """At least ``n``, the ten commands in turn in an order that changes."""
    groups = by_label(clips, TrainConfig().labels)
    n_each = -(-n // len(TrainConfig.commands))
    columns = zip(*(draw(groups[command], n_each, generator) for command in TrainConfig.commands), strict=True)
    return [column[place] for column in columns for place in torch.randperm(len(column), generator=generator).tolist()]
