"""A hit is a clip whose likeliest label is right, under every condition."""

from dataclasses import replace

import numpy as np
import torch

from benchmarks.hearing.conditions import SNRS_DB, changed, hits_of, in_noise
from benchmarks.hearing.material import Listeners, Material
from model.audio import Waveform
from model.engines.protocol import Frames, Posteriors
from model.engines.torch import TorchEngine
from model.recognizer import Recognizer
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise


class Deaf(TorchEngine):
    """Hears one label in everything."""

    def __init__(self, label: int) -> None:
        super().__init__(random_checkpoint())
        self._answer = np.eye(12, dtype=np.float32)[label]

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        return np.tile(self._answer, (len(waveforms), 1)), super().infer(waveforms, past_frames)[1]


def test_a_hit_is_where_the_likeliest_label_is_the_right_one() -> None:
    hits = hits_of(Recognizer(Deaf(3)), np.stack([noise(seed=seed) for seed in range(4)]), np.array([3, 2, 3, 0]))

    assert hits.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_every_noise_is_judged_at_every_ratio_by_its_own_recognizer(material: Material) -> None:
    listeners = Listeners(default=Recognizer(Deaf(2)), without={"rain": Recognizer(Deaf(3))})
    recordings = [torch.from_numpy(noise(32_000))]

    sea, rain = in_noise(material, listeners, {"a": {"sea": recordings}, "b": {"rain": recordings}})

    assert (sea.group, sea.kind, rain.group, rain.kind) == ("a", "sea", "b", "rain")
    assert tuple(sea.at_db) == SNRS_DB
    assert all((hits == (material.targets == 2)).all() for hits in sea.at_db.values())
    assert all((hits == (material.targets == 3)).all() for hits in rain.at_db.values())


def test_the_first_change_is_none_and_every_codec_says_its_rate(material: Material) -> None:
    few = replace(material, waveforms=material.waveforms[:2], targets=material.targets[:2])

    found = changed(few, Recognizer(Deaf(2)))

    assert found[0].name == "nothing"
    assert len({change.name for change in found}) == len(found)
    assert [change.used.endswith("kbit/s") for change in found] == [False] * 19 + [True] * 8
