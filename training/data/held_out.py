"""The examples that a network is validated or tested on: the same ones for every run, by the published protocol."""

import torch
from torch import Tensor

from model.labels import SILENCE, UNKNOWN
from training.data.batches import targets_of
from training.data.cache import WaveformCache
from training.data.clips import Clip, by_label, draw
from training.data.noise import Noise, silence

SEED = 0  # one draw for every run, so that their figures can be compared
SHARE = 0.1  # of unknown words, and of silence, by the published protocol
SILENCE_VOLUME_DB = (-70.0, 0.0)

Examples = tuple[Tensor, Tensor]  # waveforms (clip, time), targets (clip,)


def held_out(clips: list[Clip], cache: WaveformCache, noise: Noise) -> Examples:
    """The 12-label protocol on one split: all commands, a fixed draw of other words, a fixed draw of silence.

    Shape: waveforms ``(clip, time)`` in [-1, 1] at 16 kHz, targets ``(clip,)`` as places in ``LABELS``.
    """
    generator = torch.Generator().manual_seed(SEED)
    groups = by_label(clips)
    unknown = groups.pop(UNKNOWN)
    commands = [clip for group in groups.values() for clip in group]
    n_other = round(SHARE * len(commands))
    chosen = commands + draw(unknown, n_other, generator)
    silent = silence(n_other, noise, SILENCE_VOLUME_DB, generator)
    waveforms = torch.cat([cache.waveforms(chosen), silent])
    return waveforms, targets_of([clip.label for clip in chosen] + [SILENCE] * len(silent))
