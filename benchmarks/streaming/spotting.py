"""Spot the commands in a stream at several thresholds at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from model.audio import SAMPLE_RATE, Waveform
from model.engines.protocol import Engine, Frames, Posteriors
from model.spotter import Spotter

CHUNK_SAMPLES = SAMPLE_RATE // 10  # as a microphone would send them


@dataclass(frozen=True, kw_only=True)
class Spotted:
    """A command, and how much of the stream had come when it was spotted."""

    label: str
    seconds: float


class Shared:
    """An engine that computes each answer once for several spotters, which ask for the same in turn."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.labels = engine.name, engine.labels
        self.threshold, self.framing = engine.threshold, engine.framing
        self._engine = engine
        self._answers: list[tuple[Posteriors, Frames]] = []
        self._n_given = 0

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        if self._n_given == len(self._answers):
            self._answers.append(self._engine.infer(waveforms, past_frames))
        self._n_given += 1
        return self._answers[self._n_given - 1]

    def ask_again(self) -> None:
        """Give the next spotter the answers from the first one on."""
        self._n_given = 0

    def go_on(self) -> None:
        """Forget the answers, when all spotters have asked."""
        self._answers.clear()
        self._n_given = 0


def spot(engine: Engine, thresholds: Sequence[float], pieces: Iterable[Waveform]) -> dict[float, list[Spotted]]:
    """Spot the commands in a live stream of the pieces at each threshold; the network runs once for all of them."""
    shared = Shared(engine)
    spotters = {}
    for threshold in thresholds:
        shared.ask_again()
        spotters[threshold] = Spotter(shared, threshold=threshold)
    spotted: dict[float, list[Spotted]] = {threshold: [] for threshold in thresholds}
    n_samples = 0
    for chunk in chunks(pieces):
        shared.go_on()
        n_samples += len(chunk)
        for threshold, spotter in spotters.items():
            shared.ask_again()
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
