"""Scores in, thresholds for each label and for all out: which commands and other sounds pass them."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.hearing import label_thresholds
from benchmarks.hearing.label_thresholds import Heard, compare, listen, one_for_all, one_for_each
from benchmarks.hearing.material import Material
from model.recognizer import Recognizer
from tests.labels import LABELS

YES, OFF = LABELS.index("yes"), LABELS.index("off")


def heard_of(*sounds: tuple[int, float, bool]) -> Heard:
    """Each is the label that is heard, the score, and whether it is that command."""
    labels, scores, said = (np.array(column) for column in zip(*sounds, strict=True))
    return Heard(labels, scores, np.where(said, 1 / said.sum(), 1 / (~said).sum()), said)


def test_a_label_that_hears_much_in_other_sounds_gets_a_higher_threshold() -> None:
    sure_yes = [(YES, 0.6, True)] * 9
    heard = heard_of(*sure_yes, *[(OFF, 0.9, True)] * 10, *[(OFF, 0.7, False)] * 10, (YES, 0.3, False))

    each = one_for_each(heard, 0.95)

    assert heard.passing(each) == (1.0, 0.0)
    assert each[OFF] > 0.7 > 0.6 >= each[YES]


def test_one_for_all_lets_just_the_share_pass() -> None:
    heard = heard_of(*[(YES, place / 100, True) for place in range(1, 101)], (OFF, 0.5, False))

    thresholds = one_for_all(heard, 0.95)

    assert heard.passing(thresholds) == pytest.approx((0.95, 1.0))


def test_sounds_that_are_taken_for_no_command_pass_no_threshold() -> None:
    heard = heard_of((YES, 0.9, True), (YES, label_thresholds.GRID[0] - 1.0, False))

    assert heard.passing(np.zeros(len(LABELS))) == (1.0, 0.0)


def test_every_kind_of_sound_weighs_the_same(material: Material, corpus: Path, model: Path) -> None:
    heard = listen(Recognizer.load(model), material, corpus, "validation", [])

    assert heard.weights[heard.is_command].sum() == pytest.approx(1.0)
    assert heard.weights[~heard.is_command].sum() == pytest.approx(1.0)


def test_the_comparison_has_a_row_for_each_share() -> None:
    heard = heard_of(*[(YES, place / 100, True) for place in range(1, 101)], *[(OFF, 0.5, False)] * 10)

    rows = compare(heard).splitlines()[2:]

    assert [row.split(" | ")[0] for row in rows] == ["| 90%", "| 95%", "| 97%"]
