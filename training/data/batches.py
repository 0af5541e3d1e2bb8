"""Plan the clips of each epoch, and turn them into batches of varied waveforms, as the seed has it."""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from model.labels import SILENCE, UNKNOWN
from training.config import TrainConfig
from training.data.augment import babble, splice, tear, uniform, vary
from training.data.cache import WaveformCache
from training.data.clips import Clip, by_label, draw, grouped, label_of
from training.data.noise import Noise, silence

NO_WORD = -100  # the target that cross_entropy ignores
N_VOICES = 5
SPLICED_AT = (0.2, 0.8)  # of the energy of each word


class TrainingBatch(NamedTuple):
    """One batch: waveforms ``(batch, time)`` in [-1, 1] at 16 kHz, and the label and the word of each, ``(batch,)``."""

    waveforms: Tensor
    targets: Tensor  # indices into the labels
    words: Tensor  # indices into the words of the second head, or NO_WORD


def targets_of(said: list[str], labels: tuple[str, ...]) -> Tensor:
    """Return the index of each label among all labels, ``(batch,)``."""
    return torch.tensor([labels.index(label) for label in said])


def words_of(said: list[str], words: tuple[str, ...]) -> Tensor:
    """Return the index of each word among those of the second head, or ``NO_WORD``, ``(batch,)``."""
    return torch.tensor([words.index(word) if word in words else NO_WORD for word in said])


def plan_epoch(
    clips: list[Clip], synthetic: list[Clip], config: TrainConfig, generator: torch.Generator
) -> list[list[Clip | None]]:
    """Plan the batches of one epoch, equally large, each a list of clips with None where silence goes.

    A data set may hold several times as many clips of one command as of another, but balanced accuracy weighs all
    alike. So every command is drawn equally often, and all together as often as there are clips of commands.
    ``_unknown_`` is drawn anew in each epoch, from all other words but ``config.without``. A small data set is drawn
    several times, until each command has come ``config.min_draws`` times.

    Args:
        clips: recorded speech.
        synthetic: synthetic speech of some labels or of none.

    Raises:
        DataError: a label has no clip, neither recorded nor synthetic.
    """
    heard = [clip for clip in clips if clip.word not in config.without]
    by_label(heard + synthetic, config.labels)  # refuses a label without clips
    recorded, made = grouped(heard, config.labels), grouped(synthetic, config.labels)
    n_recorded = sum(len(recorded[command]) for command in config.commands)
    n_commands = max(n_recorded, config.min_draws * len(config.commands))
    examples: list[Clip | None] = [None] * round(config.silence_share * n_commands)
    for label, group in recorded.items():
        n = round(config.unknown_share * n_commands) if label == UNKNOWN else n_commands // len(config.commands)
        share = config.synthetic_unknown if label == UNKNOWN else config.synthetic_commands
        n_made = (round(share * n) if group else n) if made[label] else 0
        examples += draw(group, n - n_made, generator) + draw(made[label], n_made, generator)
    order = torch.randperm(len(examples), generator=generator).tolist()
    shuffled = [examples[place] for place in order]
    n_batches = -(-len(shuffled) // config.batch_size)
    bounds = [batch * len(shuffled) // n_batches for batch in range(n_batches + 1)]
    return [shuffled[start:end] for start, end in pairwise(bounds)]


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
    n_spliced = round(config.spliced_share * sum(label != UNKNOWN for label in labels))
    for row, spliced in _spliced(recorded, words, labels, n_spliced, generator).items():
        recorded[row] = spliced
        labels[row] = words[row] = UNKNOWN
    around = noise.cut(len(spoken), generator)
    in_company = torch.rand(len(spoken), generator=generator) < config.babble_share
    around[in_company] = babble(recorded, N_VOICES, generator)[in_company]
    speech = vary(recorded, around, config, generator)
    waveforms = torch.cat([speech, silence(n_silent, noise, config.silence_volume_db, generator)])
    no_words = [SILENCE] * n_silent
    return TrainingBatch(
        waveforms, targets_of(labels + no_words, config.labels), words_of(words + no_words, config.words)
    )


def _spliced(
    recorded: Tensor, words: list[str], labels: list[str], n: int, generator: torch.Generator
) -> dict[int, Tensor]:
    """Make ``n`` rows with a command into what is no word: the beginning of that command and the end of another."""
    rows = [row for row, label in enumerate(labels) if label != UNKNOWN]
    pairs = []
    for place, row in enumerate(rows[:n]):  # a batch is in random order
        others = [other for other in rows if words[other] != words[row]]
        pairs += [(row, others[place % len(others)])] if others else []
    if not pairs:
        return {}
    firsts, seconds = (recorded[[*of_rows]] for of_rows in zip(*pairs, strict=True))
    joined = splice(firsts, seconds, uniform(len(pairs), SPLICED_AT, generator))
    return {row: spliced for (row, _), spliced in zip(pairs, joined, strict=True)}
