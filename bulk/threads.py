"""Recognize shards on the threads of one process."""

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import pyarrow as pa

from bulk.recognize import ShardRecognizer
from bulk.shards import Shard


def on_threads(
    recognize: ShardRecognizer, shards: Sequence[tuple[int, Shard]], n_threads: int
) -> Iterator[tuple[int, pa.Table]]:
    """Yield the rows of each shard when they are there; no more shards are begun than there are threads."""
    waiting = iter(shards)
    with ThreadPoolExecutor(n_threads, "recognizer") as pool:
        running: dict[Future[pa.Table], int] = {}
        while True:
            while len(running) < n_threads and (following := next(waiting, None)) is not None:
                number, shard = following
                running[pool.submit(recognize, shard)] = number
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()
