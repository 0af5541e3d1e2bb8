"""Recognize shards on a Ray cluster, with Ray Data."""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext

from bulk.recognize import ShardRecognizer
from bulk.shards import Shard
from model.second_opinion import Asked


class _Actor:
    """A recognizer on one core of the cluster; the rows of a shard come back as one value, so all or none."""

    def __init__(self, model: Path, second_opinion: Asked) -> None:
        self._recognize = ShardRecognizer(model, second_opinion)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        table = self._recognize(Shard.of(row))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        return {"number": row["number"], "rows": sink.getvalue().to_pybytes()}


def on_ray(
    address: str, model: Path, second_opinion: Asked, shards: Sequence[tuple[int, Shard]]
) -> Iterator[tuple[int, pa.Table]]:
    """Yield the rows of each shard when they are there. Ray repeats the shards that a lost node had begun.

    Args:
        address: of the cluster; ``local`` starts one on this machine.
        model: a file that every node has at this path.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else Ray reports to its makers
    ray.init(address, log_to_driver=False, logging_level=logging.WARNING)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    rows = [{"number": number} | asdict(shard) for number, shard in shards]
    recognized = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
        _Actor,
        fn_constructor_args=(model, second_opinion),
        compute=ActorPoolStrategy(min_size=1, max_size=int(ray.cluster_resources()["CPU"])),
        num_cpus=1,
    )
    for row in recognized.iter_rows():
        yield row["number"], pa.ipc.open_stream(row["rows"]).read_all()
    ray.shutdown()
