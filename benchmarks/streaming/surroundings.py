"""Measure how much a command's surroundings matter: alone in clips of any length, and close to the next command.

    python -m benchmarks.streaming.surroundings --data DIR --split testing

Clips go through the recognizer as it is served, over a faint noise of -60 dB, without and with the second opinion. Of
repeated commands, words of one speaker are cut to their sound and follow each other three times (go go go) or in turn
(on off on off).
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import permutations
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from torch import Generator

from benchmarks.hearing.material import seeded
from benchmarks.intervals import Share
from benchmarks.streaming.word_mix import at_level, end_of_word
from benchmarks.table import table
from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer
from training.config import TrainConfig
from training.data.cache import WaveformCache
from training.data.clips import Clip, by_label, draw
from training.data.speech_commands import Split, read_split
from training.errors import DataError

LENGTHS_SECONDS = (1.0, 1.1, 1.5, 3.0)
GAPS_SECONDS = (0.1, 0.15, 0.2, 0.3, 0.5)
AROUND_SECONDS = 1.0  # before and after repeated commands
NOISE_DB = -60.0
WORD_DB = -25.0

Commands = dict[str, list[Clip]]
Heard = Callable[[Waveform], list[str]]


def main() -> int:
    options = _parser().parse_args()
    torch.set_num_threads(1)
    try:
        clips = read_split(options.data, options.split)
        cache = WaveformCache(clips, options.data / "heed-cache" / options.split)
        recognizers = [Recognizer.load(options.model, second_opinion=asked) for asked in ("off", "unsure")]
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    groups = by_label(clips, TrainConfig().labels)
    commands = {command: groups[command] for command in TrainConfig.commands}
    names = ["network alone", "with the second opinion"]
    heards = [_heard_by(recognizer) for recognizer in recognizers]
    alone = [[_alone(commands, cache, options.n, seconds, heard) for seconds in LENGTHS_SECONDS] for heard in heards]
    repeated = [[_repeated(commands, cache, options.n, gap, heard) for gap in GAPS_SECONDS] for heard in heards]
    print(f"{options.split} split, threshold {recognizers[0].threshold:.3f}\n")
    lengths = [f"{seconds:g} s" for seconds in LENGTHS_SECONDS]
    print(table(["a command alone in", *lengths], [(name, *row) for name, row in zip(names, alone, strict=True)]))
    gaps = [f"{gap:g} s" for gap in GAPS_SECONDS]
    print("\n" + table(["words apart by", *gaps], [(name, *row) for name, row in zip(names, repeated, strict=True)]))
    return 0


def _heard_by(recognizer: Recognizer) -> Heard:
    def heard(waveform: Waveform) -> list[str]:
        return [event.label for event in recognizer.recognize_waveform(waveform).events]

    return heard


def _alone(commands: Commands, cache: WaveformCache, n: int, seconds: float, heard: Heard) -> Share:
    """The share of clips from which their command comes, and nothing else."""
    generator, hits = seeded("alone"), []
    n_samples = round(seconds * SAMPLE_RATE)
    for command, clips in commands.items():
        for clip in draw(clips, n, generator):
            waveform = _noise(n_samples, generator)
            start = int(torch.randint(n_samples - WINDOW_SAMPLES + 1, (), generator=generator))
            waveform[start : start + WINDOW_SAMPLES] += cache.waveforms([clip])[0].numpy()
            hits.append(heard(waveform.clip(-1, 1)) == [command])
    return Share.of(np.array(hits))


def _repeated(commands: Commands, cache: WaveformCache, n: int, gap_seconds: float, heard: Heard) -> str:
    """The share of the words that come in their order, and how many more come for a hundred of them."""
    generator = seeded("repeated")
    n_said = n_right = n_more = 0
    pairs = list(permutations(commands, 2))
    for place in torch.randperm(len(pairs), generator=generator)[: 2 * n].tolist():
        first, second = pairs[place]
        said = [first] * 3 if place % 2 else [first, second] * 2
        events = heard(_said(said, commands, cache, gap_seconds, generator))
        right = sum(block.size for block in SequenceMatcher(None, said, events, autojunk=False).get_matching_blocks())
        n_said, n_right, n_more = n_said + len(said), n_right + right, n_more + len(events) - right
    return f"{Share.of_count(n_right, n_said)}, {100 * n_more / n_said:.1f} more"


def _said(
    words: Sequence[str], commands: Commands, cache: WaveformCache, gap_seconds: float, generator: Generator
) -> Waveform:
    sounds = {}
    for word in dict.fromkeys(words):
        (clip,) = draw(commands[word], 1, generator)
        sounds[word] = _cut(cache.waveforms([clip])[0].numpy())
    around, gap = np.zeros(round(AROUND_SECONDS * SAMPLE_RATE)), np.zeros(round(gap_seconds * SAMPLE_RATE))
    parts = [around, *(part for word in words for part in (sounds[word], gap)), around]
    waveform = np.concatenate(parts).astype(np.float32)
    return (waveform + _noise(len(waveform), generator)).clip(-1, 1)


def _cut(waveform: Waveform) -> Waveform:
    """The sound of the word alone, at one loudness, with ends that do not click."""
    first = len(waveform) - round(end_of_word(waveform[::-1].copy()) * SAMPLE_RATE)
    word = waveform[first : round(end_of_word(waveform) * SAMPLE_RATE)]
    ramp = np.linspace(0, 1, SAMPLE_RATE // 100, dtype=np.float32)[: len(word) // 2]
    loud = at_level(torch.from_numpy(word.copy()), WORD_DB).numpy()
    loud[: len(ramp)] *= ramp
    loud[len(loud) - len(ramp) :] *= ramp[::-1]
    return loud


def _noise(n_samples: int, generator: Generator) -> Waveform:
    return (10 ** (NOISE_DB / 20) * torch.randn(n_samples, generator=generator)).numpy()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.streaming.surroundings", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="export or checkpoint (default: the shipped one)")
    parser.add_argument("--split", choices=get_args(Split), default="validation")
    parser.add_argument("-n", type=int, default=40, help="clips of each command, and pairs of them (default: 40)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
