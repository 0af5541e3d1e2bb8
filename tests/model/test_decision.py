"""A command that is likeliest and sure enough is accepted; everything else has its reason."""

import pytest

from model.decision import Reason, decide

LABELS = ("_silence_", "_unknown_", "yes", "no")


def test_a_command_with_enough_confidence_is_accepted() -> None:
    decision = decide([0.05, 0.05, 0.1, 0.8], LABELS, threshold=0.5)

    assert (decision.label, decision.confidence) == ("no", 0.8)
    assert decision.accepted
    assert decision.reason is None


@pytest.mark.parametrize(
    ("posteriors", "label", "reason"),
    [
        ([0.9, 0.05, 0.05, 0.0], "_silence_", "silence"),
        ([0.05, 0.9, 0.05, 0.0], "_unknown_", "unknown"),
        ([0.3, 0.1, 0.4, 0.2], "yes", "low_confidence"),
    ],
)
def test_what_is_not_accepted_has_a_reason(posteriors: list[float], label: str, reason: Reason) -> None:
    decision = decide(posteriors, LABELS, threshold=0.5)

    assert decision.label == label
    assert not decision.accepted
    assert decision.reason == reason


@pytest.mark.parametrize(("threshold", "accepted"), [(0.0, True), (0.75, True), (0.7500001, False), (1.0, False)])
def test_confidence_that_just_reaches_the_threshold_is_enough(threshold: float, accepted: bool) -> None:
    decision = decide([0.0, 0.125, 0.75, 0.125], LABELS, threshold)

    assert decision.accepted == accepted


@pytest.mark.parametrize("place", [0, 1])
def test_no_threshold_accepts_silence_or_an_unknown_word(place: int) -> None:
    posteriors = [float(place == other) for other in range(4)]

    assert not decide(posteriors, LABELS, threshold=0.0).accepted


def test_the_ranking_holds_every_label_and_the_likeliest_first() -> None:
    decision = decide([0.1, 0.2, 0.4, 0.3], LABELS, threshold=0.5)

    assert decision.ranking == (("yes", 0.4), ("no", 0.3), ("_unknown_", 0.2), ("_silence_", 0.1))


def test_posteriors_of_other_labels_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        decide([0.5, 0.5], LABELS, threshold=0.5)
