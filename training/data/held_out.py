"""Choose the examples that a network is validated or tested on, the same for every run."""

import torch
from torch import Tensor

from model.labels import SILENCE, UNKNOWN
from training.data.batches import targets_of
from training.data.cache import WaveformCache
from training.data.clips import Clip, by_label, draw, label_of
from training.data.noise import Noise, silence

SEED = 0  # the same draw for every run, so that figures can be compared
SHARE = 0.1  # of other words, and of silence, for every clip of a command: the published protocol
SILENCE_VOLUME_DB = (-70.0, 0.0)

Examples = tuple[Tensor, Tensor]  # waveforms (clip, time), targets (clip,)


def held_out(clips: list[Clip], cache: WaveformCache, noise: Noise, labels: tuple[str, ...]) -> Examples:
    """Choose the examples of one split: all clips of commands, and fixed draws of other words and of silence.

    Shape: waveforms ``(clip, time)`` in [-1, 1] at 16 kHz, targets ``(clip,)`` as indices into ``labels``.

    Raises:
        DataError: the split has no clip of some label.

    References:
        P. Warden: Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, 2018.
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
