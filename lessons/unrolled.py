"""Draw a recurrent network twice: as a loop, and unrolled, a copy for each step."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, RED, GREY = "#2a6fb0", "#c0392b", "#555555"
WIDTH, HEIGHT = 0.9, 0.6  # of a cell


def unrolled(inputs: Sequence[str], states: Sequence[str]) -> Figure:
    """Draw the loop on the left and the steps on the right; what goes round is red.

    Args:
        inputs: what each step reads.
        states: the state before the first step, then the one after each step.
    """
    figure = Figure(figsize=(2.2 + 1.5 * len(inputs), 2.6), layout="constrained")
    axes = figure.subplots()
    _cell(axes, 0.0, "$x_t$")
    axes.annotate(
        "", (-WIDTH / 2, 0.1), (WIDTH / 2, 0.1), arrowprops=_arrow(RED, "arc3,rad=1.1"), annotation_clip=False
    )
    axes.text(0.0, 0.85, "state goes round", color=RED, ha="center")
    axes.text(1.25, 0.0, "=", fontsize=20, ha="center", va="center")
    for step, (read, before) in enumerate(zip(inputs, states[:-1], strict=True)):
        x = 2.9 + 1.75 * step
        _cell(axes, x, read)
        _handed_on(axes, x - 1.75 + WIDTH / 2, x - WIDTH / 2, before)
    _handed_on(axes, x + WIDTH / 2, x + 1.75 - WIDTH / 2, states[-1])
    axes.set(xlim=(-0.8, x + 1.4), ylim=(-1.25, 1.25), aspect="equal")
    axes.axis("off")
    return figure


def _cell(axes: Axes, x: float, read: str) -> None:
    axes.text(
        x,
        0.0,
        "same\nweights",
        ha="center",
        va="center",
        fontsize=9,
        bbox={"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": GREY},
    )
    axes.annotate("", (x, -HEIGHT / 2 - 0.05), (x, -0.85), arrowprops=_arrow(BLUE))
    axes.text(x, -1.08, read, color=BLUE, ha="center", va="center")


def _handed_on(axes: Axes, start: float, end: float, state: str) -> None:
    axes.annotate("", (end, 0.0), (start, 0.0), arrowprops=_arrow(RED))
    axes.text((start + end) / 2, 0.18, state, color=RED, ha="center", fontsize=9)


def _arrow(colour: str, path: str = "arc3") -> dict[str, object]:
    return {"arrowstyle": "->", "color": colour, "lw": 1.6, "connectionstyle": path}
