"""Answers of several models in, which errors they share out."""

import numpy as np

from benchmarks.hearing.shared_errors import as_text
from tests.labels import LABELS

UP, OFF, ON, GO = (LABELS.index(label) for label in ("up", "off", "on", "go"))


def test_errors_are_counted_by_model_by_any_by_all_and_alike() -> None:
    targets = np.array([UP, UP, UP, UP])
    answers = np.array([[UP, OFF, OFF, OFF], [UP, UP, ON, OFF]])

    rows = as_text(answers, targets).splitlines()

    assert rows[0] == "| of 4 clips | wrong |"
    assert [row.split(" | ")[1].strip(" |") for row in rows[2:7]] == ["3", "2", "3", "2", "1"]


def test_what_all_confuse_alike_is_named_the_commonest_first() -> None:
    targets = np.array([UP, OFF, OFF])
    answers = np.array([[GO, UP, UP], [GO, UP, UP]])

    rows = as_text(answers, targets).splitlines()

    assert rows[-2:] == ["| off heard as up | 2 |", "| up heard as go | 1 |"]
