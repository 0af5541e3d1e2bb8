"""Thresholds let the right share of scores pass."""

import numpy as np
import pytest
import torch

from benchmarks.hearing.material import Listeners, Material
from benchmarks.hearing.rejection import (
    REFUSED,
    Passing,
    Refusal,
    accepted_scores,
    refusals,
    right_scores,
    threshold_at,
)
from model.engines.torch import TorchEngine
from model.recognizer import Recognizer
from tests.labels import LABELS
from tests.model.checkpoints import random_checkpoint

YES, NO, UNKNOWN = LABELS.index("yes"), LABELS.index("no"), LABELS.index("_unknown_")


def posteriors_of(*answers: tuple[int, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A row for each likeliest label and its posterior."""
    rows = np.full((len(answers), len(LABELS)), 0.01, np.float32)
    for row, (label, confidence) in zip(rows, answers, strict=True):
        row[label] = confidence
    return rows


def refusal_of(scores: list[float], commands: list[float], strict: float = 0.6) -> Refusal:
    passing = Passing(scores=np.array(commands), strict=strict, shipped=0.4)
    is_silence = np.array(scores) == REFUSED
    return Refusal(group="sounds", kind="rain", scores=np.array(scores), is_silence=is_silence, passing=passing)


def test_only_the_likeliest_label_can_be_accepted_and_only_if_it_is_a_command() -> None:
    scores = accepted_scores(posteriors_of((YES, 0.8), (UNKNOWN, 0.7), (NO, 0.3)))

    assert scores == pytest.approx([0.8, REFUSED, 0.3])


def test_a_command_passes_only_under_its_own_label() -> None:
    scores = right_scores(posteriors_of((YES, 0.8), (YES, 0.9)), np.array([YES, NO]))

    assert scores == pytest.approx([0.8, REFUSED])


def test_the_threshold_lets_just_the_share_pass() -> None:
    scores = np.random.default_rng(0).permutation(np.arange(1, 101) / 100)

    threshold = threshold_at(scores, 0.95)

    assert threshold == 0.06
    assert (scores >= threshold).mean() == 0.95


def test_without_enough_right_answers_the_threshold_is_none() -> None:
    assert threshold_at(np.array([REFUSED] * 10 + [0.9] * 90), 0.95) == 0.0


def test_what_reaches_a_threshold_is_accepted() -> None:
    refusal = refusal_of([0.5, 0.6, 0.9, REFUSED], [0.9])

    assert refusal.accepted.tolist() == [False, True, True, False]
    assert refusal.accepted_as_shipped.tolist() == [True, True, True, False]


def test_a_higher_threshold_trades_false_accepts_for_false_rejects() -> None:
    random = np.random.default_rng(0)

    false_accepts, false_rejects = refusal_of(random.random(50).tolist(), random.random(50).tolist()).trade_off()

    assert (np.diff(false_accepts) <= 0).all()
    assert (np.diff(false_rejects) >= 0).all()
    assert (false_accepts[0], false_rejects[0]) == (1.0, 0.0)


def test_what_is_never_taken_for_a_command_has_no_false_accepts() -> None:
    false_accepts, false_rejects = refusal_of([REFUSED] * 3, [0.5, REFUSED]).trade_off()

    assert false_accepts.tolist() == [0.0, 0.0]
    assert false_rejects.tolist() == [0.5, 0.5]


def test_kinds_of_a_group_together_are_one_kind() -> None:
    together = Refusal.together([refusal_of([0.5, 0.7], [0.9]), refusal_of([REFUSED], [0.9])])

    assert (together.kind, together.scores.tolist()) == ("sounds", [0.5, 0.7, REFUSED])


def test_a_class_is_judged_by_the_model_that_was_trained_without_it(material: Material) -> None:
    usual, other = (Recognizer(TorchEngine(random_checkpoint(temperature=0.02, seed=seed))) for seed in range(2))
    second = torch.rand(3, 16_000) - 0.5

    passing, (rain, sea) = refusals(
        material, Listeners(default=usual, without={"rain": other}), [("a", "rain", second), ("a", "sea", second)]
    )

    assert sea.passing is passing
    assert rain.passing is not passing
    assert rain.scores == pytest.approx(accepted_scores(other.posteriors(second.numpy())))
    assert sea.scores == pytest.approx(accepted_scores(usual.posteriors(second.numpy())))
