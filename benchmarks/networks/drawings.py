"""Draw how the networks learn and how far back in time their answers reach, a curve per network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

COLOURS = {"elman": "C3", "fastrnn": "C1", "gru": "C0", "lstm": "C2", "attention": "C4"}
SMALLEST_SHOWN = 1e-9  # a gradient below it leaves the picture

Curves = Mapping[str, Sequence[float]]  # by network; the other direction of a network is dashed


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Points are ``first``, ``first + 1`` and so on from left to right; ``axes`` is what matplotlib sets of them."""

    curves: Curves
    first: int = 0
    axes: Mapping[str, object] = field(default_factory=dict)


def draw_learning(accuracies: Curves, losses: Curves, path: Path) -> None:
    """Write a PNG of the balanced accuracy on validation and the loss on training clips, epoch by epoch.

    Raises:
        OSError: the file can't be written.
    """
    panels = [
        Panel(curves=curves, first=1, axes={"xlabel": "epoch", "ylabel": label})
        for curves, label in (
            (accuracies, "balanced accuracy on validation"),
            (losses, "loss on training clips"),
        )
    ]
    _draw(panels, path)


def draw_gradients(by_weights: Mapping[str, Curves], path: Path) -> None:
    """Write a PNG of the gradients by frame, a panel for each state of the weights.

    Raises:
        OSError: the file can't be written.
    """
    axes = {
        "xlabel": "frame, one every 10 ms",
        "ylabel": "gradient, greatest 1",
        "yscale": "log",
        "ylim": (SMALLEST_SHOWN, 2),
    }
    panels = [Panel(curves=curves, axes={"title": weights, **axes}) for weights, curves in by_weights.items()]
    _draw(panels, path)


def _draw(panels: Sequence[Panel], path: Path) -> None:
    figure = Figure(figsize=(5 * len(panels), 4), layout="constrained")
    for axes, panel in zip(figure.subplots(1, len(panels)), panels, strict=True):
        for name, curve in panel.curves.items():
            network, _, direction = name.partition("-")
            places = range(panel.first, panel.first + len(curve))
            axes.plot(places, curve, label=name, color=COLOURS[network], linestyle="dashed" if direction else "solid")
        axes.set(**panel.axes)
        axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=100, format="png")
