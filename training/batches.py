"""Clips in, batches of waveforms with their targets out, in an order that a seed fixes."""

import torch
from torch import Tensor

from model.labels import COMMANDS, LABELS, SILENCE, UNKNOWN
from training.augment import ratio, uniform, vary
from training.cache import WaveformCache
from training.config import TrainConfig
from training.noise import Noise
from training.speech_commands import Clip, DataError

HELD_OUT_SEED = 0  # one draw for every run, so that their figures can be compared

Examples = tuple[Tensor, Tensor]  # waveforms (batch, time), targets (batch,)


def targets_of(labels: list[str]) -> Tensor:
    return torch.tensor([LABELS.index(label) for label in labels])


def by_label(clips: list[Clip]) -> dict[str, list[Clip]]:
    """Clips under every label but silence.

    Raises:
        DataError: a label has no clip.
    """
    groups: dict[str, list[Clip]] = {label: [] for label in (*COMMANDS, UNKNOWN)}
    for clip in clips:
        groups[clip.label].append(clip)
    missing = [label for label, group in groups.items() if not group]
    if missing:
        raise DataError(f"no clips of {', '.join(missing)} in one of the splits; unpack the whole data set")
    return groups


def draw(clips: list[Clip], n: int, generator: torch.Generator) -> list[Clip]:
    """``n`` of some clips in random order; none comes an (m + 1)-th time before all came m times."""
    order: list[int] = []
    while len(order) < n:
        order += torch.randperm(len(clips), generator=generator).tolist()
    return [clips[place] for place in order[:n]]


def plan_epoch(clips: list[Clip], config: TrainConfig, generator: torch.Generator) -> list[list[Clip | None]]:
    """The batches of one epoch, as clips, with None where silence will stand; all labels equally often.

    The words are unequal in the data (on and off have a fifth of left and right), and balanced accuracy weighs them
    alike: every command is drawn equally often, in sum as often as there are clips of commands. ``_unknown_`` and
    ``_silence_`` are drawn anew each epoch, from all other words and from the noises.
    """
    groups = by_label(clips)
    n_commands = sum(len(groups[command]) for command in COMMANDS)
    drawn = [clip for command in COMMANDS for clip in draw(groups[command], n_commands // len(COMMANDS), generator)]
    drawn += draw(groups[UNKNOWN], round(config.unknown_share * n_commands), generator)
    examples: list[Clip | None] = [*drawn, *[None] * round(config.silence_share * n_commands)]
    order = torch.randperm(len(examples), generator=generator).tolist()
    shuffled = [examples[place] for place in order]
    return [shuffled[start : start + config.batch_size] for start in range(0, len(shuffled), config.batch_size)]


def render(
    examples: list[Clip | None], cache: WaveformCache, noise: Noise, config: TrainConfig, generator: torch.Generator
) -> Examples:
    """Waveforms and targets of one batch, varied at random; speech first, then silence.

    Shape: waveforms ``(batch, time)`` in [-1, 1] at 16 kHz, targets ``(batch,)`` as places in ``LABELS``.
    """
    spoken = [clip for clip in examples if clip is not None]
    n_silent = len(examples) - len(spoken)
    speech = vary(cache.waveforms(spoken), noise.cut(len(spoken), generator), config, generator)
    waveforms = torch.cat([speech, silence(n_silent, noise, config, generator)])
    return waveforms, targets_of([clip.label for clip in spoken] + [SILENCE] * n_silent)


def silence(n: int, noise: Noise, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """Cuts of noise from next to nothing to full scale, ``(n, time)``."""
    volume = ratio(uniform(n, config.silence_volume_db, generator))
    return noise.cut(n, generator) * volume[:, None]


def held_out(clips: list[Clip], cache: WaveformCache, noise: Noise, config: TrainConfig) -> Examples:
    """The 12-label protocol on one split: all commands, a fixed draw of other words, a fixed draw of silence.

    Shape: waveforms ``(clip, time)`` in [-1, 1] at 16 kHz, targets ``(clip,)`` as places in ``LABELS``.
    """
    generator = torch.Generator().manual_seed(HELD_OUT_SEED)
    groups = by_label(clips)
    unknown = groups.pop(UNKNOWN)
    commands = [clip for group in groups.values() for clip in group]
    chosen = commands + draw(unknown, round(config.unknown_share * len(commands)), generator)
    silent = silence(round(config.silence_share * len(commands)), noise, config, generator)
    waveforms = torch.cat([cache.waveforms(chosen), silent])
    return waveforms, targets_of([clip.label for clip in chosen] + [SILENCE] * len(silent))
