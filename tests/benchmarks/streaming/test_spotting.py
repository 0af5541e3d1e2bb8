"""Spotters at several thresholds find what each would alone, for the work of one network."""

import numpy as np

from benchmarks.streaming.spotting import Shared, chunks, spot
from model.audio import Waveform
from model.engines.protocol import Frames, Posteriors
from model.engines.torch import TorchEngine
from model.spotter import Spotter
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise, tone


class Counting(TorchEngine):
    """A small network that is sure of everything; counts its inferences."""

    def __init__(self) -> None:
        super().__init__(random_checkpoint(temperature=0.02))
        self.n_inferences = 0

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        self.n_inferences += 1
        return super().infer(waveforms, past_frames)


def stream() -> Waveform:
    return np.concatenate([noise(seed=1), tone(300), tone(2_000), noise(amplitude=0.01, seed=2), tone(700)])


def test_every_threshold_has_the_events_that_a_spotter_alone_has() -> None:
    engine = Counting()

    spotted = spot(engine, [0.2, 0.9], [stream()])

    alone = {threshold: Spotter(engine, threshold=threshold).spot(stream()) for threshold in spotted}
    assert {threshold: [event.label for event in events] for threshold, events in spotted.items()} == {
        threshold: [event.label for event in events] for threshold, events in alone.items()
    }
    assert len(spotted[0.2]) >= len(spotted[0.9]) > 0


def test_the_network_infers_once_for_all_that_have_heard_the_same() -> None:
    one, many = Counting(), Counting()

    spot(one, [0.5], [stream()])
    spot(many, [0.5, 0.501, 0.502], [stream()])

    assert many.n_inferences == one.n_inferences > 0


def test_an_event_has_come_when_its_chunk_has() -> None:
    spotted = spot(Counting(), [0.2], [stream()])[0.2]

    assert all(event.seconds * 10 % 1 < 1e-6 or event.seconds * 10 % 1 > 1 - 1e-6 for event in spotted)
    assert [event.seconds for event in spotted] == sorted(event.seconds for event in spotted)


def test_chunks_are_of_100_ms_however_long_the_pieces_are() -> None:
    pieces = np.split(np.arange(5_000, dtype=np.float32), [3, 1_700, 1_701])

    found = list(chunks(pieces))

    assert [len(chunk) for chunk in found] == [1_600] * 3
    assert np.array_equal(np.concatenate(found), np.arange(4_800))


def test_answers_are_forgotten_when_the_stream_goes_on() -> None:
    engine = Counting()
    shared = Shared(engine)
    shared.infer(noise()[None])
    shared.go_on()

    posteriors, _ = shared.infer(tone()[None])

    assert engine.n_inferences == 2
    assert np.array_equal(posteriors, engine.infer(tone()[None])[0])
