"""The held-out examples follow the published protocol and are the same in every run."""

from collections import Counter
from pathlib import Path

import torch

from model.labels import SILENCE, UNKNOWN
from tests.labels import COMMANDS, LABELS
from training.data.dataset import TrainingData
from training.data.held_out import held_out
from training.data.speech_commands import read_split


def test_held_out_examples_are_all_commands_and_a_tenth_each_of_unknown_and_silence(data: TrainingData) -> None:
    _, targets = data.validation

    counted = Counter(LABELS[target] for target in targets)
    assert counted == dict.fromkeys(COMMANDS, 2) | {UNKNOWN: 2, SILENCE: 2}


def test_held_out_examples_are_recordings_of_their_split_as_they_are(corpus: Path, data: TrainingData) -> None:
    waveforms, targets = data.validation

    recorded = data.cache.waveforms(read_split(corpus, "validation"))
    spoken = waveforms[targets != LABELS.index(SILENCE)]
    assert (spoken[:, None, ::100] == recorded[None, :, ::100]).all(dim=2).any(dim=1).all()


def test_held_out_examples_do_not_depend_on_the_global_seed(data: TrainingData) -> None:
    clips, noise = data.clips, data.noise

    first = held_out(clips, data.cache, noise, LABELS)
    torch.manual_seed(1)
    second = held_out(clips, data.cache, noise, LABELS)

    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])
