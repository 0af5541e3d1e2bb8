"""Streams hold their kinds as often as they should, and do not click where pieces meet."""

from itertools import islice

import numpy as np
import pytest
import torch
from torch import Generator

from benchmarks.hearing.material import Material
from benchmarks.streaming.streams import (
    at_any_loudness,
    background_stream,
    everyday_stream,
    faded,
    lasting,
    made_stream,
    words_stream,
)
from tests.signals import noise
from training.config import TrainConfig


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_a_piece_begins_and_ends_in_silence() -> None:
    piece = faded(torch.ones(16_000))

    assert (float(piece[0]), float(piece[-1])) == (0.0, 0.0)
    assert piece.diff().abs().max() < 0.01
    assert (piece == 1).float().mean() > 0.95


def test_background_noises_come_in_turn_ten_seconds_at_most() -> None:
    kinds = {"low": [torch.full((320_000,), 0.1)], "high": [torch.full((48_000,), 0.9)]}

    pieces = list(islice(background_stream(kinds, seeded()), 4))

    assert [len(piece) for piece in pieces] == [160_000, 48_000, 160_000, 48_000]
    assert [float(piece.max()) for piece in pieces] == pytest.approx([0.1, 0.9, 0.1, 0.9])


def test_every_recording_comes_before_one_comes_again() -> None:
    kinds = {
        name: [torch.full((16_000,), value / 10) for value in values]
        for name, values in {"a": (1, 2), "b": (3,)}.items()
    }

    peaks = [float(piece.max()) for piece in islice(everyday_stream(kinds, seeded()), 6)]

    assert sorted(peaks[:3]) == sorted(peaks[3:]) == pytest.approx([0.1, 0.2, 0.3])


def test_words_come_back_to_back_none_again_before_all_came(material: Material) -> None:
    others = [clip for clip in material.clips if clip.word not in TrainConfig.commands]

    pieces = torch.stack(list(islice(words_stream(others, material.cache, seeded()), 2 * len(others))))

    assert len(pieces[: len(others)].unique(dim=0)) == len(others) == len(pieces.unique(dim=0))


def test_made_sounds_do_not_come_twice() -> None:
    pieces = torch.stack(list(islice(made_stream(seeded()), 20)))

    assert len(pieces.unique(dim=0)) == 20


def test_loudness_only_falls_and_varies() -> None:
    peaks = [float(piece.max()) for piece in at_any_loudness([torch.ones(10)] * 50, seeded())]

    assert 0.01 <= min(peaks) < 0.05
    assert 0.5 < max(peaks) <= 1.0


def test_a_stream_lasts_as_long_as_asked_for() -> None:
    pieces = list(lasting([torch.from_numpy(noise())] * 9, seconds=2.5))

    assert [len(piece) for piece in pieces] == [16_000, 16_000, 8_000]
    assert np.array_equal(np.concatenate(pieces)[:16_000], noise())
