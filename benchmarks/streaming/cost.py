"""Measure what a live stream costs an engine."""

from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Self

import numpy as np

from benchmarks.streaming.spotting import CHUNK_SAMPLES, chunks
from model.audio import SAMPLE_RATE, Waveform
from model.engines.protocol import Engine
from model.second_opinion import SecondOpinion
from model.spotter import Spotter


@dataclass(frozen=True, kw_only=True)
class Cost:
    """``real_time_factor`` is the processor's time for a second of sound, in seconds; chunks are of 100 ms."""

    real_time_factor: float
    chunk_p50_ms: float
    chunk_p99_ms: float

    @property
    def streams_per_core(self) -> int:
        return int(1 / self.real_time_factor)

    @classmethod
    def of(cls, engine: Engine, stream: Waveform, second_opinion: SecondOpinion | None = None) -> Self:
        """Of one spotter, with the stream in the chunks of a microphone but without its pauses."""
        spotter = Spotter(engine, second_opinion)
        seconds = []
        processor_started = process_time()
        for chunk in chunks([stream]):
            started = perf_counter()
            spotter.spot(chunk)
            seconds.append(perf_counter() - started)
        p50, p99 = np.percentile(seconds, [50, 99])
        factor = (process_time() - processor_started) / (len(seconds) * CHUNK_SAMPLES / SAMPLE_RATE)
        return cls(real_time_factor=factor, chunk_p50_ms=1000 * float(p50), chunk_p99_ms=1000 * float(p99))
