"""The clips that are played are those of the split, and each sound is judged by the right recognizer."""

from pathlib import Path

import pytest
import torch

from benchmarks.hearing.material import Listeners, Material, seeded
from model.checkpoint import save
from tests.model.checkpoints import random_checkpoint
from training.errors import DataError


def test_a_limit_draws_that_many_clips_and_the_same_ones_again(corpus: Path, material: Material) -> None:
    first, second = (Material.read(corpus, "validation", limit=7) for _ in range(2))

    assert first.waveforms.shape == (7, 16_000)
    assert torch.equal(first.waveforms, second.waveforms)
    assert (first.targets == second.targets).all()
    assert len(material.waveforms) > 7


def test_draws_depend_on_what_they_are_for() -> None:
    draws = [torch.rand(3, generator=seeded(name)) for name in ("rain", "rain", "sea")]

    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])


def test_a_class_that_is_left_out_has_its_own_listener(model: Path) -> None:
    listeners = Listeners.load(model, {"rain": model})

    assert listeners.of("rain") is not listeners.default
    assert listeners.of("sea") is listeners.default
    assert listeners.digests["rain"] == listeners.digests["default"]


def test_a_class_that_is_not_played_can_not_be_left_out(model: Path) -> None:
    listeners = Listeners.load(model, {"snow": model})

    with pytest.raises(DataError, match="--without snow: nothing of that name is played; there are rain, sea"):
        listeners.check_classes(["rain", "sea"])


def test_a_model_with_other_labels_is_refused(tmp_path: Path) -> None:
    labels = ("_silence_", "_unknown_", *map(str, range(10)))
    save(random_checkpoint(labels=labels), tmp_path / "digits.safetensors")

    with pytest.raises(DataError, match="not the 12 labels in order"):
        Listeners.load(tmp_path / "digits.safetensors", {})
