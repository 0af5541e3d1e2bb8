"""A logistic regression finds the line that no other line beats."""

import numpy as np
import pytest

from model.logistic import Floats, Line, fit_logistic, sigmoid


def examples(seed: int) -> tuple[Floats, Floats]:
    """Features ``(row, feature)`` whose first tells the targets ``(row,)`` apart, more or less."""
    generator = np.random.default_rng(seed)
    features = generator.normal(0, 1, (200, 5)).astype(np.float32)
    return features, (features[:, 0] + generator.normal(0, 0.5, 200) > 1).astype(np.float32)


def loss(line: Line, features: Floats, targets: Floats, weights: Floats) -> float:
    signs = np.where(targets > 0, -1, 1)
    losses = weights * np.log1p(np.exp(signs * line.log_odds(features).astype(float)))
    return float(losses.sum() + 0.5 * np.square(line.weights).sum())


@pytest.mark.parametrize("seed", range(5))
def test_no_line_nearby_is_better(seed: int) -> None:
    features, targets = examples(seed)
    weights = np.where(targets > 0, 1.0, 3.0).astype(np.float32)

    line = fit_logistic(features, targets, weights)

    steps = 0.05 * np.random.default_rng(seed).normal(0, 1, (20, 6)).astype(np.float32)
    nearby = [Line(line.weights + step[:5], line.intercept + float(step[5])) for step in steps]
    best = loss(line, features, targets, weights)
    assert all(loss(other, features, targets, weights) > best for other in nearby)


def test_a_heavier_row_counts_as_several() -> None:
    features, targets = examples(0)
    twice = np.concatenate([features, features[:50]]), np.concatenate([targets, targets[:50]])
    weights = np.ones(200, np.float32)
    weights[:50] = 2.0

    heavier = fit_logistic(features, targets, weights)
    several = fit_logistic(*twice, np.ones(250, np.float32))

    assert np.allclose(heavier.weights, several.weights, atol=0.01)


def test_a_penalty_makes_the_line_flatter() -> None:
    features, targets = examples(1)
    weights = np.ones(200, np.float32)

    steep, flat = (fit_logistic(features, targets, weights, penalty=penalty) for penalty in (0.1, 10.0))

    assert np.linalg.norm(flat.weights) < 0.7 * np.linalg.norm(steep.weights)


def test_log_odds_of_any_size_become_probabilities() -> None:
    probabilities = sigmoid(np.array([-1e6, 0.0, 1e6], np.float32))

    assert probabilities.tolist() == [0.0, 0.5, 1.0]
