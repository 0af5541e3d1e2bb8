"""Write the figures of each epoch to ``metrics.jsonl`` and as TensorBoard events."""

import json
import os
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

FILE = "metrics.jsonl"


class RunLog:
    """The log of one run.

    Args:
        folder: the folder of the run. Lines and events of epochs after ``n_done`` are dropped, because those epochs
            are done again.
        n_done: number of epochs behind the run.
    """

    def __init__(self, folder: Path, n_done: int) -> None:
        self._path = folder / FILE
        self._path.touch()
        lines = self._path.read_bytes().splitlines(keepends=True)
        os.truncate(self._path, sum(map(len, lines[:n_done])))  # works on a full disk too, unlike writing the rest anew
        self._events = SummaryWriter(folder, purge_step=n_done + 1)

    def add(self, epoch: int, **figures: float) -> None:
        """Write the figures of one epoch, counted from 1."""
        with self._path.open("a") as file:
            file.write(json.dumps({"epoch": epoch, **figures}) + "\n")
        for name, value in figures.items():
            self._events.add_scalar(name, value, epoch)
        self._events.flush()

    def close(self) -> None:
        self._events.close()
