"""Sliding windows give the frames and posteriors of the same sound as a whole."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.audio import Waveform
from model.engines.onnx import OnnxEngine
from model.engines.protocol import Engine, Frames, Posteriors
from model.engines.torch import TorchEngine
from model.framing import STEP_SAMPLES
from model.labels import SILENCE
from model.windows import AFTER_SAMPLES, RecordedWindows, SlidingWindows, forgotten, slide_recording
from tests.model.checkpoints import random_checkpoint
from tests.signals import Signal, noise
from training.export.graph import export

BEFORE = np.zeros((1, 16_000), np.float32)


class Watched(TorchEngine):
    """Notes how many samples each look brings, and the frames that it leaves."""

    def __init__(self) -> None:
        super().__init__(random_checkpoint())
        self.n_samples: list[int] = []
        self.newest: list[Frames] = []

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        posteriors, frames = super().infer(waveforms, past_frames)
        self.n_samples.append(waveforms.shape[1])
        self.newest.append(frames[0, -10:])
        return posteriors, frames


@pytest.fixture(scope="module", params=[("torch", 10), ("torch", 20), ("onnx", 10), ("onnx", 20)], ids=str)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    kind, hop_ms = request.param
    checkpoint = random_checkpoint("attention", hop_ms=hop_ms)
    if kind == "torch":
        return TorchEngine(checkpoint)
    path: Path = tmp_path_factory.mktemp("export") / "heed.onnx"
    path.write_bytes(export(checkpoint, "digest"))
    return OnnxEngine(path)


def steps_of(waveform: Signal) -> list[Signal]:
    n_steps = len(waveform) // STEP_SAMPLES
    return [*waveform[: n_steps * STEP_SAMPLES].reshape(n_steps, 1, STEP_SAMPLES)]


def test_frames_of_a_stream_equal_those_of_the_whole_recording() -> None:
    engine, waveform = Watched(), noise(40_000)
    windows = SlidingWindows(engine, BEFORE)

    for step in steps_of(waveform):
        windows.slide(step)

    whole = engine.frontend(torch.from_numpy(np.concatenate([BEFORE[0], waveform]))[None])[0].numpy()
    streamed = np.concatenate(engine.newest)
    assert streamed.shape == (260, 40)
    assert np.abs(streamed - whole[87 : 87 + 260]).max() < 1e-4


def test_a_frame_is_computed_once() -> None:
    engine = Watched()
    windows = SlidingWindows(engine, BEFORE)

    for step in steps_of(noise(16_000)):
        windows.slide(step)

    assert {engine.frontend.config.framing.n_frames(n_samples) for n_samples in engine.n_samples[1:]} == {10}


def test_each_step_gives_what_its_second_gives_alone(engine: Engine) -> None:
    waveform = np.concatenate([BEFORE[0], noise(24_000)])
    windows = SlidingWindows(engine, BEFORE)

    posteriors = np.concatenate([windows.slide(step) for step in steps_of(waveform[16_000:])])

    ends = range(16_000 + STEP_SAMPLES, len(waveform) + 1, STEP_SAMPLES)
    alone = engine.infer(np.stack([waveform[end - 16_000 : end] for end in ends]))[0]
    assert np.abs(posteriors - alone).max() < 1e-5


def test_a_second_of_zeros_is_silence_and_one_sample_more_is_not(engine: Engine) -> None:
    windows, step = SlidingWindows(engine, noise(16_000)[None]), np.zeros((1, STEP_SAMPLES), np.float32)

    posteriors = np.concatenate([windows.slide(step) for _ in range(10)])

    silence = [label == SILENCE for label in engine.labels]
    assert posteriors[9].tolist() == silence
    assert (posteriors[:9].max(axis=1) < 1).all()


@pytest.mark.parametrize("n_samples", [0, 1, 1_599, 1_600, 7_999, 16_000, 23_457, 64_000])
def test_a_recording_heard_in_parts_gives_what_it_gives_step_by_step(engine: Engine, n_samples: int) -> None:
    waveform, after = noise(n_samples), np.zeros(AFTER_SAMPLES, np.float32)
    windows = SlidingWindows(engine, BEFORE)

    posteriors, seconds, _ = slide_recording(engine, waveform)

    steps = steps_of(np.concatenate([waveform, after]))
    assert len(posteriors) == len(seconds) == len(steps)
    for place, step in enumerate(steps):
        assert np.abs(windows.slide(step) - posteriors[place]).max() < 1e-5
        assert np.array_equal(windows.window[0], seconds[place])


@pytest.mark.parametrize("n_samples", [0, 511, 512, 1_600, 23_457, 64_000])
def test_frames_of_a_recording_are_those_of_its_whole_waveform(engine: Engine, n_samples: int) -> None:
    waveform = noise(n_samples)

    frames = slide_recording(engine, waveform).frames

    n_frames = engine.framing.n_frames(n_samples)
    whole = engine.infer(np.pad(waveform, (0, 16_000))[None])[1][0, :n_frames]
    assert frames.shape == (n_frames, 40)
    assert np.allclose(frames, whole, atol=1e-4)


@pytest.mark.parametrize("n_forgotten", [0, 1, 4_000, 9_999, 16_000])
def test_a_stream_goes_on_as_if_it_began_after_what_is_forgotten(engine: Engine, n_forgotten: int) -> None:
    waveform = noise(32_000)
    windows = SlidingWindows(engine, waveform[None, :16_000])

    windows.forget(n_forgotten)
    posteriors = np.concatenate([windows.slide(step) for step in steps_of(waveform[16_000:])])

    waveform[:n_forgotten] = 0
    alone = [engine.infer(waveform[None, end - 16_000 : end])[0][0] for end in range(17_600, 32_001, STEP_SAMPLES)]
    assert np.abs(posteriors - alone).max() < 1e-5


def test_forgetting_in_a_recording_does_what_it_does_in_a_stream(engine: Engine) -> None:
    waveform = noise(40_000)
    recorded, sliding = RecordedWindows(engine, waveform), SlidingWindows(engine, BEFORE)
    steps = steps_of(np.concatenate([waveform, np.zeros(AFTER_SAMPLES, np.float32)]))

    for place, ((posteriors, window), step) in enumerate(zip(recorded, steps, strict=True)):
        assert np.abs(sliding.slide(step) - posteriors).max() < 1e-5
        assert np.array_equal(sliding.window[0], window)
        for n_samples in {12: [9_000], 15: [12_345]}.get(place, []):
            recorded.forget(n_samples)
            sliding.forget(n_samples)


def test_what_is_forgotten_is_zeros_and_the_rest_stays() -> None:
    windows = noise(16_000)[None]

    zeroed = forgotten(windows, 5_000)

    assert not zeroed[:, :5_000].any()
    assert np.array_equal(zeroed[:, 5_000:], windows[:, 5_000:])
