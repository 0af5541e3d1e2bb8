"""Fit a logistic regression in NumPy: a few Newton steps, each solved by conjugate gradients."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_STEPS, MAX_INNER_STEPS = 15, 60
GRADIENT_SHARE, RESIDUAL_SHARE = 1e-3, 1e-2  # of the first gradient, and of each step's, at which to stop
INTERCEPT_PENALTY = 1e-3  # a thousandth of a weight's

Floats = NDArray[np.float32]


class Line(NamedTuple):
    """Log-odds are ``features @ weights + intercept``."""

    weights: Floats
    intercept: float

    def log_odds(self, features: Floats) -> Floats:
        """Compute ``(..., feature)`` to ``(...,)``."""
        log_odds: Floats = features @ self.weights + np.float32(self.intercept)
        return log_odds


def fit_logistic(features: Floats, targets: Floats, weights: Floats | None = None, *, penalty: float = 1.0) -> Line:
    """Minimize the weighted loss plus half the squared norm of the line's weights times ``penalty``.

    Args:
        features: ``(row, feature)``.
        targets: 0 or 1, ``(row,)``.
        weights: how much each row counts, ``(row,)``; all alike by default.

    References:
        C.-J. Lin, R. Weng, S. Keerthi: Trust Region Newton Method for Logistic Regression, 2008; without the region,
        which a loss this smooth does without.
    """
    rows = np.hstack([features, np.ones((len(features), 1), np.float32)])
    columns = np.ascontiguousarray(rows.T)
    weights = np.ones(len(rows), np.float32) if weights is None else weights
    penalties = np.full(rows.shape[1], penalty, np.float32)
    penalties[-1] *= INTERCEPT_PENALTY
    line = np.zeros(rows.shape[1], np.float32)
    first_norm = None
    for _ in range(MAX_STEPS):
        odds = sigmoid(rows @ line)
        gradient = penalties * line + columns @ (weights * (odds - targets))
        norm = float(np.linalg.norm(gradient))
        first_norm = norm if first_norm is None else first_norm
        if norm <= GRADIENT_SHARE * first_norm:
            break
        curvature = weights * odds * (1 - odds)
        line = line - _solve(rows, columns, curvature, penalties, gradient)
    return Line(line[:-1], float(line[-1]))


def sigmoid(log_odds: Floats) -> Floats:
    """Turn log-odds into probabilities; of any size, without overflow."""
    probabilities: Floats = 0.5 * (1 + np.tanh(0.5 * log_odds))
    return probabilities


def _solve(rows: Floats, columns: Floats, curvature: Floats, penalties: Floats, gradient: Floats) -> Floats:
    """Solve for a Newton step by conjugate gradients, nearly; the matrix itself is never made."""
    step, residual = np.zeros_like(gradient), gradient.copy()
    direction, squared = residual.copy(), float(residual @ residual)
    stop = RESIDUAL_SHARE**2 * squared
    for _ in range(MAX_INNER_STEPS):
        product = penalties * direction + columns @ (curvature * (rows @ direction))
        length = squared / float(direction @ product)
        step += length * direction
        residual -= length * product
        last, squared = squared, float(residual @ residual)
        if squared <= stop:
            break
        direction = residual + squared / last * direction
    return step
