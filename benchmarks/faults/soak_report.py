"""Fates of requests and samples of a service in, tables, a picture and a verdict out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks.faults.mix import Kind
from benchmarks.faults.resources import QUANTITIES, Sample, growth
from benchmarks.table import table

PICTURE = Path(__file__).with_name("soak.png")
WARM_UP = 0.1  # of all requests: buffers, arenas and caches reach their size
MOST_GROWTH = {"own memory MB": 0.03, "resident MB": 0.03, "handles": 0.03, "threads": 0.0}
HONEST = ("429", "503")  # with Retry-After, or the fate would say so

Fates = Mapping[str, Counter[str]]


def fates_table(kinds: Sequence[Kind], fates: Fates) -> str:
    rows = [(kind.name, fates[kind.name].total(), _listed(fates[kind.name]), " or ".join(kind.right)) for kind in kinds]
    total = sum((fates[kind.name] for kind in kinds), Counter[str]())
    return table(["kind", "sent", "fates", "right"], [*rows, ("all", total.total(), _listed(total), "")])


def wrong_fates(kinds: Sequence[Kind], fates: Fates) -> list[str]:
    """503 and 429 with the header are answers that any request may get."""
    return [
        f"{kind.name}: {n} times {fate}, not {' or '.join(kind.right)}"
        for kind in kinds
        for fate, n in fates[kind.name].items()
        if fate not in kind.right + HONEST
    ]


def growth_table(samples: Sequence[Sample]) -> str:
    columns = ["", "before", "first fifth", "last fifth", "growth", "in 100,000 requests (95 % interval)", "after"]
    rows = []
    for place, name in enumerate(QUANTITIES):
        grew = growth(_warm(samples), place)
        slope = f"{grew.slope:+.2f} ({grew.slope - grew.margin:+.2f} to {grew.slope + grew.margin:+.2f})"
        figures = (samples[0].figures[place], grew.first, grew.last)
        rows.append((name, *(f"{figure:.1f}" for figure in figures), f"{grew.last / grew.first - 1:+.1%}", slope))
        rows[-1] += (f"{samples[-1].figures[place]:.1f}",)
    return table(columns, rows)


def grown(samples: Sequence[Sample]) -> list[str]:
    """What is not flat, and what is still held when all clients are gone."""
    faults = []
    for place, name in enumerate(QUANTITIES):
        grew = growth(_warm(samples), place)
        if grew.last > grew.first * (1 + MOST_GROWTH[name]):
            faults.append(f"{name} grew from {grew.first:.1f} to {grew.last:.1f}")
    handles = QUANTITIES.index("handles")
    before, after = samples[0].figures[handles], samples[-1].figures[handles]
    if after > before:
        faults.append(f"{after - before:g} handles are still held when all clients are gone")
    return faults


def draw(samples: Sequence[Sample], path: Path) -> None:
    mpl.use("Agg")
    figure, rows = plt.subplots(3, 1, figsize=(7, 7), sharex=True, layout="constrained")
    warm = _warm(samples)[0].n_requests
    for axes, name in zip(rows, ("own memory MB", "handles", "threads"), strict=True):
        place = QUANTITIES.index(name)
        axes.plot([each.n_requests for each in samples], [each.figures[place] for each in samples], linewidth=1)
        axes.axvline(warm, color="gray", linestyle="dotted")
        axes.set(ylabel=name)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    rows[-1].set_xlabel("requests")
    figure.savefig(path, dpi=120)


def _warm(samples: Sequence[Sample]) -> list[Sample]:
    """Those taken under load, after the warm-up."""
    least = WARM_UP * samples[-1].n_requests
    return [each for each in samples[1:-1] if each.n_requests >= least]


def _listed(fates: Counter[str]) -> str:
    return ", ".join(f"{fate}: {n}" for fate, n in sorted(fates.items()))
