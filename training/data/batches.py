"""Clips in, batches of waveforms with their targets out, in an order that a seed fixes."""

import torch
from torch import Tensor

from model.labels import COMMANDS, LABELS, SILENCE, UNKNOWN
from training.config import TrainConfig
from training.data.augment import babble, ratio, tear, uniform, vary
from training.data.cache import WaveformCache
from training.data.noise import Noise
from training.data.speech_commands import WORDS, Clip, DataError

HELD_OUT_SEED = 0  # one draw for every run, so that their figures can be compared
HELD_OUT_SHARE = 0.1  # of unknown words, and of silence, by the published protocol
NO_WORD = -100  # the target that cross_entropy leaves out
N_VOICES = 5

Examples = tuple[Tensor, Tensor]  # waveforms (batch, time), targets (batch,)
Lesson = tuple[Tensor, Tensor, Tensor]  # the same, and the words (batch,), places in WORDS or NO_WORD


def targets_of(labels: list[str]) -> Tensor:
    return torch.tensor([LABELS.index(label) for label in labels])


def words_of(words: list[str]) -> Tensor:
    return torch.tensor([WORDS.index(word) if word in WORDS else NO_WORD for word in words])


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


def plan_epoch(
    clips: list[Clip], synthetic: list[Clip], config: TrainConfig, generator: torch.Generator
) -> list[list[Clip | None]]:
    """The batches of one epoch, as clips, with None where silence will stand; all labels equally often.

    The words are unequal in the data (on and off have a fifth of left and right), and balanced accuracy weighs them
    alike: every command is drawn equally often, in sum as often as there are clips of commands. ``_unknown_`` and
    ``_silence_`` are drawn anew each epoch, from all other words but ``config.without`` and from the noises.

    Args:
        clips: recorded speech.
        synthetic: synthetic speech of every label but silence, or none at all.
    """
    recorded = by_label([clip for clip in clips if clip.word not in config.without])
    made = by_label(synthetic) if synthetic else {}
    n_commands = sum(len(recorded[command]) for command in COMMANDS)
    examples: list[Clip | None] = [None] * round(config.silence_share * n_commands)
    for label, group in recorded.items():
        n = round(config.unknown_share * n_commands) if label == UNKNOWN else n_commands // len(COMMANDS)
        share = config.synthetic_unknown if label == UNKNOWN else config.synthetic_commands
        n_made = round(share * n) if made else 0
        examples += draw(group, n - n_made, generator) + draw(made.get(label, []), n_made, generator)
    order = torch.randperm(len(examples), generator=generator).tolist()
    shuffled = [examples[place] for place in order]
    return [shuffled[start : start + config.batch_size] for start in range(0, len(shuffled), config.batch_size)]


def render(
    examples: list[Clip | None], cache: WaveformCache, noise: Noise, config: TrainConfig, generator: torch.Generator
) -> Lesson:
    """Waveforms, targets and words of one batch, varied at random; speech first, then silence.

    Shape: waveforms ``(batch, time)`` in [-1, 1] at 16 kHz, targets ``(batch,)`` as places in ``LABELS``, words
    ``(batch,)`` as places in ``WORDS``, ``NO_WORD`` where there is none.
    """
    spoken = [clip for clip in examples if clip is not None]
    n_silent = len(examples) - len(spoken)
    recorded = cache.waveforms(spoken)
    labels, words = [clip.label for clip in spoken], [clip.word for clip in spoken]
    for row in (torch.rand(len(spoken), generator=generator) < config.torn_share).nonzero().flatten().tolist():
        if labels[row] != UNKNOWN:
            recorded[row] = tear(recorded[row : row + 1], uniform(1, config.torn_rest, generator))[0]
            labels[row] = words[row] = UNKNOWN
    around = noise.cut(len(spoken), generator)
    in_company = torch.rand(len(spoken), generator=generator) < config.babble_share
    around[in_company] = babble(recorded, N_VOICES, generator)[in_company]
    speech = vary(recorded, around, config, generator)
    waveforms = torch.cat([speech, silence(n_silent, noise, config, generator)])
    no_words = [SILENCE] * n_silent
    return waveforms, targets_of(labels + no_words), words_of(words + no_words)


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
    n_other = round(HELD_OUT_SHARE * len(commands))
    chosen = commands + draw(unknown, n_other, generator)
    silent = silence(n_other, noise, config, generator)
    waveforms = torch.cat([cache.waveforms(chosen), silent])
    return waveforms, targets_of([clip.label for clip in chosen] + [SILENCE] * len(silent))
