"""Clips are grouped by their label and drawn in turn."""

from collections import Counter

import pytest
import torch

from model.labels import UNKNOWN
from tests.labels import COMMANDS, LABELS
from tests.training.corpus import unwritten_clips
from training.data.clips import by_label, draw, few, grouped, label_of
from training.errors import DataError


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("word", "label"), [("left", "left"), ("cat", UNKNOWN), (UNKNOWN, UNKNOWN)])
def test_a_word_counts_as_its_label_or_as_unknown(word: str, label: str) -> None:
    assert label_of(word, LABELS) == label


def test_every_word_that_is_not_a_label_is_grouped_under_unknown() -> None:
    clips = unwritten_clips({"yes": 7, "left": 2, "cat": 3, "bed": 1})

    groups = by_label(clips, ("_silence_", "_unknown_", "yes"))

    assert {label: len(group) for label, group in groups.items()} == {"yes": 7, UNKNOWN: 6}


@pytest.mark.parametrize(("missing", "label"), [("on", "on"), ("cat", UNKNOWN)])
def test_a_label_without_clips_is_an_error_that_names_it(missing: str, label: str) -> None:
    clips = [clip for clip in unwritten_clips(dict.fromkeys((*COMMANDS, "cat"), 2)) if clip.word != missing]

    with pytest.raises(DataError, match=f"no clips of {label} in one of"):
        by_label(clips, LABELS)


def test_a_group_may_be_empty() -> None:
    groups = grouped(unwritten_clips({"yes": 2}), ("_silence_", UNKNOWN, "yes", "no"))

    assert {label: len(group) for label, group in groups.items()} == {"yes": 2, "no": 0, UNKNOWN: 0}


@pytest.mark.parametrize("n", [0, 1, 9, 10, 11, 25, 30])
def test_a_draw_takes_every_clip_before_it_takes_one_again(n: int) -> None:
    clips = unwritten_clips({"yes": 10})

    drawn = draw(clips, n, seeded())

    assert len(drawn) == n
    assert all(len(set(drawn[start : start + 10])) == len(drawn[start : start + 10]) for start in range(0, n, 10))


def test_a_draw_is_in_random_order_that_the_seed_fixes() -> None:
    clips = unwritten_clips({"yes": 50})

    drawn = [draw(clips, 50, seeded(seed)) for seed in (0, 0, 1)]

    assert drawn[0] == drawn[1]
    assert drawn[0] not in (drawn[2], clips)


def test_of_many_clips_a_few_of_each_word_are_drawn_and_none_twice() -> None:
    clips = unwritten_clips({"yes": 7, "left": 2, "cat": 5})

    drawn = few(clips, 3, seeded())

    assert Counter(clip.word for clip in drawn) == {"yes": 3, "left": 2, "cat": 3}
    assert len(set(drawn)) == len(drawn)
