"""The examples that a network is validated or tested on: the same ones for every run, by the published protocol."""

import torch
from torch import Tensor

from model.labels import SILENCE, UNKNOWN
from training.data.batches import targets_of
from training.data.cache import WaveformCache
from training.data.clips import Clip, by_label, draw, label_of
from training.data.noise import Noise, silence

SEED = 0  # one draw for every run, so that their figures can be compared
SHARE = 0.1  # of unknown words, and of silence, by the published protocol
SILENCE_VOLUME_DB = (-70.0, 0.0)

Examples = tuple[Tensor, Tensor]  # waveforms (clip, time), targets (clip,)


def held_out(clips: list[Clip], cache: WaveformCache, noise: Noise, labels: tuple[str, ...]) -> Examples:
    """Examples of one split by the published protocol: all commands, fixed draws of other words and silence.

    Shape: waveforms ``(clip, time)`` in [-1, 1] at 16 kHz, targets ``(clip,)`` as places in ``labels``.
    """
    generator = torch.Generator().manual_seed(SEED)
    groups = by_label(clips, labels)
    unknown = groups.pop(UNKNOWN)
    commands = [clip for group in groups.values() for clip in group]
    n_other = round(SHARE * len(commands))
    chosen = commands + draw(unknown, n_other, generator)
    silent = silence(n_other, noise, SILENCE_VOLUME_DB, generator)
    waveforms = torch.cat([cache.waveforms(chosen), silent])
    said = [label_of(clip.word, labels) for clip in chosen]
    return waveforms, targets_of(said + [SILENCE] * len(silent), labels)
