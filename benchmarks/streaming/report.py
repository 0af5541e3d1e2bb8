"""Report how ways of listening did: figures at every threshold, tables as Markdown, and the picture."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.intervals import Rate, Share
from benchmarks.streaming.cost import Cost
from benchmarks.streaming.matches import Matches
from benchmarks.table import table

MAX_NOISE_PER_HOUR = 1.0  # false accepts at which ways are compared
MAX_WORDS_PER_MINUTE = 0.5
MAIN_SNR_DB = 10.0  # of words to noise, at which thresholds and ways are compared
COLUMNS = (
    "threshold",
    "correct",
    "wrong",
    "matched",
    "false in the mixes",
    "per hour of noise",
    "per minute of other words",
)


def correct(matches: Matches) -> Share:
    return Share.of_count(matches.n_correct, matches.n_words)


def wrong(matches: Matches) -> Share:
    """Of the words; over 1 where more than one event is wrong about each."""
    rate = Rate.of(matches.n_wrong, matches.n_words)
    return Share(rate.value, rate.low, rate.high, matches.n_words)


@dataclass(frozen=True, kw_only=True)
class Point:
    """At one threshold: words in mixes by their level, and false accepts by noise, in all noise, and of other words."""

    threshold: float
    levels: dict[float, Matches]  # by decibels above the noise
    noises_per_hour: dict[str, Rate]
    noise_per_hour: Rate
    words_per_minute: Rate

    @property
    def matches(self) -> Matches:
        return self.levels[MAIN_SNR_DB]

    @property
    def correct(self) -> Share:
        return correct(self.matches)

    @property
    def wrong(self) -> Share:
        return wrong(self.matches)

    @property
    def matched(self) -> Share:
        return Share.of_count(self.matches.n_matched, self.matches.n_words)

    def delay_ms(self, percentile: float) -> float | None:
        """From the end of a word to its event; None without a correct event."""
        delays = self.matches.delays
        return 1000 * float(np.percentile(delays, percentile)) if delays else None

    def figures(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold,
            "levels": {
                f"{snr_db:g} dB": {"correct": asdict(correct(matches)), "wrong": asdict(wrong(matches))}
                for snr_db, matches in self.levels.items()
            },
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
        """The first point with few enough false accepts, where ways are compared fairly."""
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


def tables(ways: list[Way]) -> str:
    return "\n\n".join(
        [_of_levels(ways), _of_thresholds(ways), _of_noises(ways), _of_costs(ways), *(_sweep(way) for way in ways)]
    )


def draw(ways: list[Way], path: Path) -> None:
    """False rejects against false accepts, a line for each way; the point of its own threshold is marked.

    Raises:
        OSError: the file can't be written.
    """
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    of_noise, of_words = figure.subplots(1, 2, sharey=True)
    for way in ways:
        _draw_line(of_noise, way, [point.noise_per_hour.value for point in way.points])
        _draw_line(of_words, way, [point.words_per_minute.value for point in way.points])
    of_noise.set(xlabel="false accepts per hour of noise", ylabel="words not recognized", ylim=(0, None))
    of_words.set(xlabel="false accepts per minute of other words")
    for axes, bar in ((of_noise, MAX_NOISE_PER_HOUR), (of_words, MAX_WORDS_PER_MINUTE)):
        axes.axvline(bar, color="gray", linestyle="dotted")
        axes.set_xscale("symlog", linthresh=bar)  # so that zero has its place too
        axes.set_xlim(0, max(10 * bar, axes.get_xlim()[1]))
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=120, format="png")


def _draw_line(axes: Axes, way: Way, false_accepts: list[float]) -> None:
    missed = [1 - point.correct.value for point in way.points]
    (line,) = axes.plot(false_accepts, missed, "o-", markersize=3, label=way.name)
    own = way.points.index(way.own)
    axes.plot(false_accepts[own], missed[own], "o", markersize=9, fillstyle="none", color=line.get_color())


def _of_thresholds(ways: list[Way]) -> str:
    """Each way at the threshold that it ships with, and where it has few false accepts."""
    rows = []
    for way in ways:
        rows.append((f"{way.name}, as it is", *_row(way.own)))
        if way.quiet_enough is not None:
            rows.append((f"{way.name}, few false accepts", *_row(way.quiet_enough)))
    return (
        f"Few false accepts: at the lowest threshold with at most {MAX_NOISE_PER_HOUR:g} per hour of noise and "
        f"{MAX_WORDS_PER_MINUTE:g} per minute of other words.\n\n"
    ) + table(["way", *COLUMNS], rows)


def _of_levels(ways: list[Way]) -> str:
    """Words right and wrong at each ratio of words to noise, at the threshold that ships."""
    levels = list(ways[0].own.levels)
    rows = [
        (way.name, *(share(way.own.levels[level]) for level in levels for share in (correct, wrong))) for way in ways
    ]
    heads = [f"{level:g} dB, {kind}" for level in levels for kind in ("correct", "wrong")]
    return table(["words in noise, as it is", *heads], rows)


def _of_noises(ways: list[Way]) -> str:
    kinds = list(ways[0].own.noises_per_hour)
    rows = [(way.name, *(way.own.noises_per_hour[kind] for kind in kinds)) for way in ways]
    return table(["false accepts per hour, as it is", *kinds], rows)


def _of_costs(ways: list[Way]) -> str:
    columns = ["way", "delay p50 ms", "delay p90 ms", "100 ms p50 ms", "100 ms p99 ms"]
    rows = [
        (
            way.name,
            *(f"{delay:.0f}" if delay is not None else "" for delay in map(way.own.delay_ms, (50, 90))),
            f"{way.cost.chunk_p50_ms:.2f}",
            f"{way.cost.chunk_p99_ms:.2f}",
            f"{way.cost.real_time_factor:.4f}",
            way.cost.streams_per_core,
        )
        for way in ways
    ]
    return table([*columns, "real-time factor", "streams a core"], rows)


def _sweep(way: Way) -> str:
    return f"{way.name}:\n\n" + table(COLUMNS, [_row(point) for point in way.points])


def _row(point: Point) -> tuple[object, ...]:
    return (
        f"{point.threshold:.3f}",
        point.correct,
        point.wrong,
        point.matched,
        point.matches.n_false_positives,
        point.noise_per_hour,
        point.words_per_minute,
    )
