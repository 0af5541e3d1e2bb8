"""Clips in, batches of waveforms with their targets out, in an order that a seed fixes."""

from typing import NamedTuple

import torch
from torch import Tensor

from model.labels import SILENCE, UNKNOWN
from training.config import TrainConfig
from training.data.augment import babble, tear, uniform, vary
from training.data.cache import WaveformCache
from training.data.clips import Clip, by_label, draw, label_of
from training.data.noise import Noise, silence
from training.data.speech_commands import WORDS

NO_WORD = -100  # the target that cross_entropy leaves out
N_VOICES = 5


class TrainingBatch(NamedTuple):
    """Waveforms ``(batch, time)``, targets and words ``(batch,)``: places among the labels and among ``WORDS``."""

    waveforms: Tensor
    targets: Tensor
    words: Tensor  # NO_WORD where none is said


def targets_of(said: list[str], labels: tuple[str, ...]) -> Tensor:
    """Places of labels among all labels, ``(batch,)``."""
    return torch.tensor([labels.index(label) for label in said])


def words_of(words: list[str]) -> Tensor:
    return torch.tensor([WORDS.index(word) if word in WORDS else NO_WORD for word in words])


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
    recorded = by_label([clip for clip in clips if clip.word not in config.without], config.labels)
    made = by_label(synthetic, config.labels) if synthetic else {}
    n_commands = sum(len(recorded[command]) for command in config.commands)
    examples: list[Clip | None] = [None] * round(config.silence_share * n_commands)
    for label, group in recorded.items():
        n = round(config.unknown_share * n_commands) if label == UNKNOWN else n_commands // len(config.commands)
        share = config.synthetic_unknown if label == UNKNOWN else config.synthetic_commands
        n_made = round(share * n) if made else 0
        examples += draw(group, n - n_made, generator) + draw(made.get(label, []), n_made, generator)
    order = torch.randperm(len(examples), generator=generator).tolist()
    shuffled = [examples[place] for place in order]
    return [shuffled[start : start + config.batch_size] for start in range(0, len(shuffled), config.batch_size)]


def render(
    examples: list[Clip | None], cache: WaveformCache, noise: Noise, config: TrainConfig, generator: torch.Generator
) -> TrainingBatch:
    """Waveforms, targets and words of one batch, varied at random; speech first, then silence.

    Shape: waveforms ``(batch, time)`` in [-1, 1] at 16 kHz, targets ``(batch,)`` as places among the labels, words
    ``(batch,)`` as places in ``WORDS``, ``NO_WORD`` where there is none.
    """
    spoken = [clip for clip in examples if clip is not None]
    n_silent = len(examples) - len(spoken)
    recorded = cache.waveforms(spoken)
    labels, words = [label_of(clip.word, config.labels) for clip in spoken], [clip.word for clip in spoken]
    for row in (torch.rand(len(spoken), generator=generator) < config.torn_share).nonzero().flatten().tolist():
        if labels[row] != UNKNOWN:
            recorded[row] = tear(recorded[row : row + 1], uniform(1, config.torn_rest, generator))[0]
            labels[row] = words[row] = UNKNOWN
    around = noise.cut(len(spoken), generator)
    in_company = torch.rand(len(spoken), generator=generator) < config.babble_share
    around[in_company] = babble(recorded, N_VOICES, generator)[in_company]
    speech = vary(recorded, around, config, generator)
    waveforms = torch.cat([speech, silence(n_silent, noise, config.silence_volume_db, generator)])
    no_words = [SILENCE] * n_silent
    return TrainingBatch(waveforms, targets_of(labels + no_words, config.labels), words_of(words + no_words))
