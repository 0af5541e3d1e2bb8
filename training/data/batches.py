"""Plan the clips of each epoch, and turn them into batches of varied waveforms, as the seed has it."""

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

NO_WORD = -100  # the target that cross_entropy ignores
N_VOICES = 5


class TrainingBatch(NamedTuple):
    """One batch: waveforms ``(batch, time)`` in [-1, 1] at 16 kHz, and the label and the word of each, ``(batch,)``."""

    waveforms: Tensor
    targets: Tensor  # indices into the labels
    words: Tensor  # indices into WORDS, or NO_WORD


def targets_of(said: list[str], labels: tuple[str, ...]) -> Tensor:
    """Return the index of each label among all labels, ``(batch,)``."""
    return torch.tensor([labels.index(label) for label in said])


def words_of(words: list[str]) -> Tensor:
    """Return the index of each word in ``WORDS``, or ``NO_WORD``, ``(batch,)``."""
    return torch.tensor([WORDS.index(word) if word in WORDS else NO_WORD for word in words])


def plan_epoch(
    clips: list[Clip], synthetic: list[Clip], config: TrainConfig, generator: torch.Generator
) -> list[list[Clip | None]]:
    """Plan the batches of one epoch, each a list of clips with None where silence goes.

    A data set may hold several times as many clips of one command as of another, but balanced accuracy weighs all
    alike. So every command is drawn equally often, and all together as often as there are clips of commands.
    ``_unknown_`` is drawn anew in each epoch, from all other words but ``config.without``.

    Args:
        clips: recorded speech.
        synthetic: synthetic speech of every label but silence, or an empty list.

    Raises:
        DataError: a label has no clip.
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
    """Make one batch from planned examples and vary it at random; speech comes first, then silence."""
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
