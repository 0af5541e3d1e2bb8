"""Read the source of a lesson, and execute its cells in a process of their own, as Jupyter does."""

import os
from pathlib import Path

import jupytext
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
LESSONS = ("order", "fibonacci", "formula", "heartbeats", "speech")  # in the order in which they are read
MAX_CELL_SECONDS = 120


def read(name: str) -> NotebookNode:
    """Read a lesson as a notebook without outputs."""
    return parse((FOLDER / f"{name}.py").read_text())


def parse(source: str) -> NotebookNode:
    """Turn Python with ``# %%`` between its cells into a notebook."""
    notebook: NotebookNode = jupytext.reads(source, fmt="py:percent")
    return notebook


def execute(notebook: NotebookNode) -> NotebookNode:
    """Execute every cell from the root of the repository, and fill in the outputs.

    On one thread: the networks are too small for more, and results do not depend on the number of cores.

    Raises:
        CellExecutionError: a cell raised; the message shows the cell and its traceback.
        CellTimeoutError: a cell ran for two minutes.
    """
    client = NotebookClient(
        notebook,
        timeout=MAX_CELL_SECONDS,
        kernel_name="python3",
        coalesce_streams=True,  # what a cell prints is one output, however it arrives
        resources={"metadata": {"path": str(ROOT)}},
        config=Config(KernelManager=Config(transport="ipc")),  # over TCP it warns of eavesdroppers
    )
    return client.execute(env=os.environ | {"OMP_NUM_THREADS": "1"})
