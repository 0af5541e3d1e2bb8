"""What one way of listening heard in, its figures at every threshold out."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.shares import Share
from benchmarks.streaming.live import Cost
from benchmarks.streaming.matches import Matches
from benchmarks.streaming.rates import Rate

MAX_NOISE_PER_HOUR = 1.0  # false accepts that ways are compared at
MAX_WORDS_PER_MINUTE = 0.5


@dataclass(frozen=True, kw_only=True)
class Point:
    """At one threshold: words in mixes, and false accepts by kind of noise, in all noise, and of other words."""

    threshold: float
    matches: Matches
    noises_per_hour: dict[str, Rate]
    noise_per_hour: Rate
    words_per_minute: Rate

    @property
    def correct(self) -> Share:
        return Share.of_count(self.matches.n_correct, self.matches.n_words)

    @property
    def wrong(self) -> Share:
        """Of the words; over 1 where more than one event is wrong about each."""
        rate = Rate.of(self.matches.n_wrong, self.matches.n_words)
        return Share(rate.value, rate.low, rate.high, self.matches.n_words)

    @property
    def matched(self) -> Share:
        return Share.of_count(self.matches.n_matched, self.matches.n_words)

    def delay_ms(self, percentile: float) -> float | None:
        """From the end of a word to its event; None if none was right."""
        delays = self.matches.delays
        return 1000 * float(np.percentile(delays, percentile)) if delays else None

    def figures(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold,
            "n_words": self.matches.n_words,
            "matched": asdict(self.matched),
            "correct": asdict(self.correct),
            "wrong": asdict(self.wrong),
            "n_false_positives": self.matches.n_false_positives,
            "noise_per_hour": asdict(self.noise_per_hour),
            "noises_per_hour": {kind: asdict(rate) for kind, rate in self.noises_per_hour.items()},
            "words_per_minute": asdict(self.words_per_minute),
            "delay_p50_ms": self.delay_ms(50),
            "delay_p90_ms": self.delay_ms(90),
        }


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way of listening: its points in the order of their thresholds, and the one of the threshold that it has."""

    name: str
    points: list[Point]
    own_threshold: float
    cost: Cost

    @property
    def own(self) -> Point:
        return next(point for point in self.points if point.threshold == self.own_threshold)

    @property
    def quiet_enough(self) -> Point | None:
        """The first point with few enough false accepts; ways are fairly compared there."""
        for point in self.points:
            noise, words = point.noise_per_hour.value, point.words_per_minute.value
            if noise <= MAX_NOISE_PER_HOUR and words <= MAX_WORDS_PER_MINUTE:
                return point
        return None

    def figures(self) -> dict[str, Any]:
        return {
            "way": self.name,
            "own_threshold": self.own_threshold,
            "points": [point.figures() for point in self.points],
            "cost": asdict(self.cost) | {"streams_per_core": self.cost.streams_per_core},
        }
