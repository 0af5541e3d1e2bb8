"""A restriction keeps what is said of the chosen words, and counts every other word as unknown."""

import numpy as np

from model.restriction import Restriction
from tests.labels import LABELS

POSTERIORS = np.random.default_rng(0).dirichlet(np.ones(len(LABELS)), size=4).astype(np.float32)


def test_labels_stay_in_their_order() -> None:
    assert Restriction(LABELS, ["off", "yes"]).labels == ("_silence_", "_unknown_", "yes", "off")


def test_the_other_words_count_as_unknown() -> None:
    folded = Restriction(LABELS, ["yes", "off"]).fold(POSTERIORS)

    kept = [LABELS.index(label) for label in ("_silence_", "yes", "off")]
    assert np.allclose(folded[:, [0, 2, 3]], POSTERIORS[:, kept])
    assert np.allclose(folded.sum(axis=1), 1.0, atol=1e-6)


def test_all_words_change_nothing() -> None:
    assert np.allclose(Restriction(LABELS, LABELS).fold(POSTERIORS), POSTERIORS)


def test_a_word_that_the_network_does_not_know_is_passed_over() -> None:
    assert Restriction(LABELS, ["yes", "lamp"]).labels == ("_silence_", "_unknown_", "yes")
