"""A network that carries its state through a stream comes to what it comes to with the whole."""

import numpy as np
import pytest
import torch

from model.engines.recurrent import RecurrentEngine
from model.engines.torch import TorchEngine
from model.errors import CheckpointError
from model.framing import STEP_SAMPLES
from model.networks.gated import GRU, GRUConfig
from model.spotter import Spotter
from model.windows import SlidingWindows
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise


def test_a_clip_alone_is_heard_as_by_the_reference() -> None:
    waveforms, checkpoint = np.stack([noise(), noise(seed=1)]), random_checkpoint(temperature=0.5)

    posteriors = RecurrentEngine(checkpoint).infer(waveforms)[0]

    assert np.abs(posteriors - TorchEngine(checkpoint).infer(waveforms)[0]).max() < 1e-6


def test_a_stream_is_heard_in_one_go_and_its_last_second_classified() -> None:
    engine, waveform = RecurrentEngine(random_checkpoint()), noise(16_000 + 20 * STEP_SAMPLES)
    windows = SlidingWindows(engine, waveform[None, :16_000])

    for start in range(16_000, len(waveform), STEP_SAMPLES):
        posteriors = windows.slide(waveform[None, start : start + STEP_SAMPLES])

    frontend, network = random_checkpoint().modules()
    assert isinstance(network, GRU)
    with torch.inference_mode():
        states, _ = network.rnn(frontend(torch.from_numpy(waveform)[None]))
        expected = network.classify(states[:, -97:].mean(dim=1)).softmax(dim=-1).numpy()
    assert np.abs(posteriors - expected).max() < 1e-5


def test_a_frame_that_is_out_of_sight_still_matters() -> None:
    engine, second = RecurrentEngine(random_checkpoint()), noise(16_000)[None]
    fresh, carried = SlidingWindows(engine, second), SlidingWindows(engine, noise(16_000, seed=1)[None])

    for start in range(0, 16_000, STEP_SAMPLES):
        posteriors = carried.slide(second[:, start : start + STEP_SAMPLES])

    step = noise(STEP_SAMPLES, seed=2)[None]
    assert np.array_equal(fresh.window, carried.window)
    assert not np.allclose(fresh.slide(step), carried.slide(step), atol=1e-6)
    assert posteriors.sum() == pytest.approx(1, abs=1e-5)


def test_a_spotter_listens_with_it() -> None:
    spotter = Spotter(RecurrentEngine(random_checkpoint()))

    spotter.spot(noise(8_000))

    assert [look.end_seconds for look in spotter.windows] == [0.1, 0.2, 0.3, 0.4, 0.5]


@pytest.mark.parametrize("config", [None, GRUConfig(hidden_size=8, bidirectional=True)])
def test_another_network_is_refused(config: GRUConfig | None) -> None:
    checkpoint = random_checkpoint("gru" if config else "attention", config=config)

    with pytest.raises(CheckpointError, match="a gru that goes forward only can"):
        RecurrentEngine(checkpoint)
