"""Show a drawing in a lesson, with a description for those who can't see it."""

from io import StringIO

from IPython.display import display
from matplotlib import rc_context
from matplotlib.figure import Figure


def show(figure: Figure, description: str) -> None:
    """Show a figure as SVG below the cell.

    Args:
        description: what the picture shows, in one sentence without brackets; the page has it as alternative text.
    """
    svg = StringIO()
    with rc_context({"svg.hashsalt": "heed"}):  # the same names inside the file whenever it is drawn
        figure.savefig(svg, format="svg", metadata={"Date": None})
    display({"image/svg+xml": svg.getvalue(), "text/plain": description}, raw=True)
