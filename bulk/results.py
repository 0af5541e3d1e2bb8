"""Keep the rows of each shard as soon as they are there, so that a run that was killed goes on where it was."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from bulk.recognize import SCHEMA
from bulk.shards import Shard

PLAN = "plan.json"


class OtherRun(Exception):
    """The output already belongs to another run."""


class Results:
    """A file of results, and beside it, until it is whole, a folder with the run's plan and a file for each shard.

    Every file is written under another name first and then moved, so that each is whole or not there.

    Args:
        out: the Parquet file of results.
        run: what the run depends on, such as its source and its model; it must be the same if a run goes on.
        find_shards: lists the source, once: a file that comes or goes later must not move the others between shards.

    Raises:
        OtherRun: the file is there already, or the folder is that of a run that was other.
    """

    def __init__(self, out: Path, run: dict[str, str], find_shards: Callable[[], Sequence[Shard]]) -> None:
        self.out = out
        self.folder = out.with_name(f"{out.name}.parts")
        if out.exists():
            raise OtherRun(f"{out} is there already; remove it or name another file")
        if not (self.folder / PLAN).exists():
            self._write_plan(run, find_shards())
        plan = json.loads((self.folder / PLAN).read_text())
        if plan["run"] != run:
            was = ", ".join(f"{name} {value}" for name, value in plan["run"].items())
            raise OtherRun(f"{self.folder} belongs to a run with {was}; remove it or name another file")
        self.shards = [Shard.of(shard) for shard in plan["shards"]]

    def missing(self) -> list[tuple[int, Shard]]:
        """The shards whose rows are not there yet, with their numbers."""
        return [(number, shard) for number, shard in enumerate(self.shards) if not self._part(number).exists()]

    def keep(self, number: int, rows: pa.Table) -> None:
        _whole(self._part(number), lambda path: parquet.write_table(rows, path, compression="zstd"))

    def finish(self) -> int:
        """Put all rows into one file, in the order of the shards, remove the folder, and return how many there are."""
        _whole(self.out, self._join)
        shutil.rmtree(self.folder)
        return int(parquet.read_metadata(self.out).num_rows)

    def _join(self, path: Path) -> None:
        with parquet.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
            for number in range(len(self.shards)):
                writer.write_table(parquet.read_table(self._part(number), schema=SCHEMA))

    def _write_plan(self, run: dict[str, str], shards: Sequence[Shard]) -> None:
        plan: dict[str, Any] = {"run": run, "shards": [asdict(shard) for shard in shards]}
        self.folder.mkdir(parents=True, exist_ok=True)
        _whole(self.folder / PLAN, lambda path: path.write_text(json.dumps(plan)))

    def _part(self, number: int) -> Path:
        return self.folder / f"{number:07}.parquet"


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    unfinished = path.with_name(f"{path.name}.unfinished")
    write(unfinished)
    os.replace(unfinished, path)
