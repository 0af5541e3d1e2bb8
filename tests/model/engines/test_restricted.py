"""A restricted engine answers the chosen words, and counts every other word as unknown."""

import numpy as np

from model.engines.restricted import RestrictedEngine
from model.engines.torch import TorchEngine
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise

ENGINE = TorchEngine(random_checkpoint())
WAVEFORMS = np.stack([noise(seed=seed) for seed in range(4)])


def test_labels_stay_in_their_order() -> None:
    assert RestrictedEngine(ENGINE, ["off", "yes"]).labels == ("_silence_", "_unknown_", "yes", "off")


def test_the_other_words_count_as_unknown() -> None:
    whole, frames = ENGINE.infer(WAVEFORMS)

    posteriors, same_frames = RestrictedEngine(ENGINE, ["yes", "off"]).infer(WAVEFORMS)

    kept = [ENGINE.labels.index(label) for label in ("_silence_", "yes", "off")]
    assert np.allclose(posteriors[:, [0, 2, 3]], whole[:, kept])
    assert np.allclose(posteriors.sum(axis=1), 1.0, atol=1e-6)
    assert np.array_equal(frames, same_frames)


def test_all_words_change_nothing() -> None:
    restricted = RestrictedEngine(ENGINE, ENGINE.labels[2:])

    assert np.allclose(restricted.infer(WAVEFORMS)[0], ENGINE.infer(WAVEFORMS)[0])
