"""Figures of each epoch in, a line of ``metrics.jsonl`` and TensorBoard events out."""

import json
import os
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

FILE = "metrics.jsonl"


class RunLog:
    """The record of one run.

    Args:
        folder: the run's; lines and events of epochs after ``n_done`` are dropped, they will come again.
        n_done: epochs that the run has behind it.
    """

    def __init__(self, folder: Path, n_done: int) -> None:
        self._path = folder / FILE
        self._path.touch()
        lines = self._path.read_bytes().splitlines(keepends=True)
        os.truncate(self._path, sum(map(len, lines[:n_done])))  # needs no space, unlike writing the rest anew
        self._events = SummaryWriter(folder, purge_step=n_done + 1)

    def add(self, epoch: int, **figures: float) -> None:
        """Record one epoch, counted from 1."""
        with self._path.open("a") as file:
            file.write(json.dumps({"epoch": epoch, **figures}) + "\n")
        for name, value in figures.items():
            self._events.add_scalar(name, value, epoch)
        self._events.flush()

    def close(self) -> None:
        self._events.close()
