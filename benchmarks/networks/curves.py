"""Curves of the networks by name in, a picture of them side by side out: a colour per network, dashed the other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

COLOURS = {"elman": "C3", "fastrnn": "C1", "gru": "C0", "lstm": "C2", "attention": "C4"}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Points are ``first``, ``first + 1`` and so on from left to right; ``axes`` is what matplotlib sets of them."""

    curves: Mapping[str, Sequence[float]]
    first: int = 0
    axes: Mapping[str, object] = field(default_factory=dict)


def draw(panels: Sequence[Panel], path: Path) -> None:
    """Write a PNG.

    Raises:
        OSError: the file can't be written.
    """
    figure = Figure(figsize=(5 * len(panels), 4), layout="constrained")
    for axes, panel in zip(figure.subplots(1, len(panels)), panels, strict=True):
        for name, curve in panel.curves.items():
            network, _, way = name.partition("-")
            places = range(panel.first, panel.first + len(curve))
            axes.plot(places, curve, label=name, color=COLOURS[network], linestyle="dashed" if way else "solid")
        axes.set(**panel.axes)
        axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=100, format="png")
