"""Spot the commands in a stream at several thresholds at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from model.audio import SAMPLE_RATE, Waveform
from model.engines.protocol import Engine, Frames, Posteriors
from model.second_opinion import SecondOpinion
from model.spotter import Spotter

CHUNK_SAMPLES = SAMPLE_RATE // 10  # as a microphone would send them


@dataclass(frozen=True, kw_only=True)
class Spotted:
    """A command, and how much of the stream had come when it was spotted."""

    label: str
    seconds: float


class Shared:
    """An engine that computes each answer once for all spotters that ask for the same while a chunk is followed."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.labels = engine.name, engine.labels
        self.threshold, self.framing = engine.threshold, engine.framing
        self._engine = engine
        self._answers: dict[tuple[bytes, bytes], tuple[Posteriors, Frames]] = {}

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        asked = waveforms.tobytes(), b"" if past_frames is None else past_frames.tobytes()
        if asked not in self._answers:
            self._answers[asked] = self._engine.infer(waveforms, past_frames)
        return self._answers[asked]

    def go_on(self) -> None:
        """Forget the answers, when all spotters have asked."""
        self._answers.clear()


def spot(
    engine: Engine,
    thresholds: Sequence[float],
    pieces: Iterable[Waveform],
    second_opinion: SecondOpinion | None = None,
) -> dict[float, list[Spotted]]:
    """Spot the commands in a live stream of the pieces at each threshold; the network runs once for all of them."""
    shared = Shared(engine)
    spotters = {threshold: Spotter(shared, second_opinion, threshold=threshold) for threshold in thresholds}
    spotted: dict[float, list[Spotted]] = {threshold: [] for threshold in thresholds}
    n_samples = 0
    for chunk in chunks(pieces):
        shared.go_on()
        n_samples += len(chunk)
        for threshold, spotter in spotters.items():
            events = spotter.spot(chunk)
            spotted[threshold] += [Spotted(label=event.label, seconds=n_samples / SAMPLE_RATE) for event in events]
    return spotted


def chunks(pieces: Iterable[Waveform]) -> Iterator[Waveform]:
    """The same samples in chunks of 100 ms; a shorter rest at the end is dropped."""
    rest = np.empty(0, np.float32)
    for piece in pieces:
        samples = np.concatenate([rest, piece])
        n_whole = len(samples) // CHUNK_SAMPLES * CHUNK_SAMPLES
        yield from samples[:n_whole].reshape(-1, CHUNK_SAMPLES)
        rest = samples[n_whole:]
