"""Ways of listening in, their tables as Markdown and the picture of what they miss against what they make up out."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.streaming.findings import MAX_NOISE_PER_HOUR, MAX_WORDS_PER_MINUTE, Point, Way
from benchmarks.table import table

COLUMNS = (
    "threshold",
    "correct",
    "wrong",
    "matched",
    "false in the mixes",
    "per hour of noise",
    "per minute of other words",
)


def tables(ways: list[Way]) -> str:
    return "\n\n".join([_of_thresholds(ways), _of_noises(ways), _of_costs(ways), *(_sweep(way) for way in ways)])


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
    of_noise.set(xlabel="false accepts per hour of noise", ylabel="words not heard rightly", ylim=(0, None))
    of_words.set(xlabel="false accepts per minute of other words")
    for axes, bar in ((of_noise, MAX_NOISE_PER_HOUR), (of_words, MAX_WORDS_PER_MINUTE)):
        axes.axvline(bar, color="gray", linestyle="dotted")
        axes.set_xscale("symlog", linthresh=bar)  # none at all has its place too
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
    """Each way at the threshold it ships with, and where it makes up as little as the others."""
    rows = []
    for way in ways:
        rows.append((f"{way.name}, as it is", *_row(way.own)))
        if way.quiet_enough is not None:
            rows.append((f"{way.name}, few false accepts", *_row(way.quiet_enough)))
    return (
        f"Few false accepts: at the lowest threshold with at most {MAX_NOISE_PER_HOUR:g} per hour of noise and "
        f"{MAX_WORDS_PER_MINUTE:g} per minute of other words.\n\n"
    ) + table(["way", *COLUMNS], rows)


def _of_noises(ways: list[Way]) -> str:
    kinds = list(ways[0].own.noises_per_hour)
    rows = [(way.name, *(way.own.noises_per_hour[kind] for kind in kinds)) for way in ways]
    return table(["false accepts per hour, as it is", *kinds], rows)


def _of_costs(ways: list[Way]) -> str:
    columns = [
        "way",
        "delay p50 ms",
        "delay p90 ms",
        "100 ms p50 ms",
        "100 ms p99 ms",
        "real-time factor",
        "streams a core",
    ]
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
    return table(columns, rows)


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
