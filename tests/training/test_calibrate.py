"""A known temperature is recovered, and the threshold keeps false accepts under its bound."""

import pytest
import torch
from torch import Tensor

from model.labels import SILENCE, UNKNOWN, is_command
from tests.labels import LABELS
from training.calibrate import fit_temperature, fit_threshold

SILENT, OTHER, YES = LABELS.index(SILENCE), LABELS.index(UNKNOWN), LABELS.index("yes")


def posteriors_and_targets(seed: int = 0) -> tuple[Tensor, Tensor]:
    """Draw posteriors that know nothing of their targets."""
    generator = torch.Generator().manual_seed(seed)
    posteriors = (3 * torch.randn(2_000, len(LABELS), generator=generator)).softmax(dim=-1)
    return posteriors, torch.randint(len(LABELS), (2_000,), generator=generator)


def likeliest_yes(confidences: list[float]) -> Tensor:
    """Make posteriors whose likeliest label is ``yes``, each with its confidence."""
    posteriors = ((1 - torch.tensor(confidences, dtype=torch.float64)) / (len(LABELS) - 1))[:, None].repeat(1, 12)
    posteriors[:, YES] = torch.tensor(confidences, dtype=torch.float64)
    return posteriors


def false_accepts(posteriors: Tensor, targets: Tensor, threshold: float) -> float:
    command = torch.tensor([is_command(label) for label in LABELS])
    confidence, likeliest = posteriors[~command[targets]].max(dim=1)
    return float((command[likeliest] & (confidence >= threshold)).float().mean())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, 3.0])
def test_a_known_temperature_is_recovered(temperature: float) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(8_000, len(LABELS), generator=generator)
    targets = torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]

    assert fit_temperature(temperature * logits, targets) == pytest.approx(temperature, rel=0.05)


def test_the_temperature_stays_between_a_quarter_and_four() -> None:
    targets = torch.arange(len(LABELS))
    right, wrong = torch.eye(len(LABELS)), torch.eye(len(LABELS)).roll(1, dims=1)

    assert fit_temperature(right, targets) == pytest.approx(0.25)
    assert fit_temperature(wrong, targets) == pytest.approx(4.0)


@pytest.mark.parametrize("bound", [0.0, 0.01, 0.02, 0.1, 0.5])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_threshold_keeps_false_accepts_under_the_bound_and_a_lower_one_would_not(bound: float, seed: int) -> None:
    posteriors, targets = posteriors_and_targets(seed)

    threshold = fit_threshold(posteriors, targets, LABELS, bound)

    assert false_accepts(posteriors, targets, threshold) <= bound
    assert false_accepts(posteriors, targets, threshold - 0.002) > bound


def test_the_threshold_is_the_next_thousandth_above_the_surest_clip_that_must_be_refused() -> None:
    posteriors, targets = likeliest_yes([0.9, 0.8004, 0.7, 0.6]), torch.tensor([SILENT, OTHER, OTHER, SILENT])

    assert fit_threshold(posteriors, targets, LABELS, 0.25) == 0.801


def test_a_clip_whose_confidence_is_a_whole_thousandth_is_refused_too() -> None:
    posteriors, targets = likeliest_yes([0.75]), torch.tensor([OTHER])

    assert fit_threshold(posteriors, targets, LABELS, 0.0) == 0.751


def test_equally_sure_clips_are_all_refused_where_not_all_may_be_accepted() -> None:
    posteriors, targets = likeliest_yes([0.75] * 4), torch.tensor([OTHER] * 4)

    assert fit_threshold(posteriors, targets, LABELS, 0.5) == 0.751


def test_clips_with_a_command_do_not_count() -> None:
    posteriors, targets = likeliest_yes([0.99, 0.5]), torch.tensor([YES, OTHER])

    assert fit_threshold(posteriors, targets, LABELS, 0.0) == 0.501


def test_clips_that_are_answered_with_silence_or_unknown_do_not_count() -> None:
    posteriors, targets = torch.eye(len(LABELS))[[SILENT, OTHER]], torch.tensor([OTHER, SILENT])

    assert fit_threshold(posteriors, targets, LABELS, 0.0) == 0.001


def test_where_every_false_accept_is_allowed_the_threshold_is_a_thousandth() -> None:
    posteriors, targets = posteriors_and_targets()

    assert fit_threshold(posteriors, targets, LABELS, 1.0) == 0.001


def test_a_threshold_is_never_above_one() -> None:
    assert fit_threshold(likeliest_yes([1.0]), torch.tensor([OTHER]), LABELS, 0.0) == 1.0
