"""Read the clips of a shard in batches, whatever is wrong with one of them."""

import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa
from fsspec.core import url_to_fs
from pyarrow import parquet

from bulk.shards import SOUNDS, Shard

T = TypeVar("T")

BATCH = 16  # larger ones bring no speed, see benchmarks/README.md
MAX_BYTES = 16 * 2**20  # of a clip, as in the service
PATHS = ("path", "file", "file_name", "__key__", "id")  # columns of a Parquet file that may name a clip


class Clip(NamedTuple):
    """A whole sound file, or why it can't be read."""

    path: str
    content: bytes | Exception


class ClipTooLarge(Exception):
    """A sound file of more bytes than a clip may have."""


def batches_of(shard: Shard) -> Iterator[list[Clip]]:
    """Read a shard's clips, a batch ahead of the one that is asked for, so that storage and network work together."""
    with ThreadPoolExecutor(1, "reader") as reader:
        batches = _batches_of(shard)
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _batches_of(shard: Shard) -> Iterator[list[Clip]]:
    if shard.row_group is None and not shard.is_tar:
        yield from _of_files(shard.paths)
        return
    path = shard.paths[0]
    clips = _to_the_fault(path, _of_tar(path) if shard.is_tar else _of_row_group(path, shard.row_group))
    while batch := [*islice(clips, BATCH)]:
        yield batch


def _of_files(paths: tuple[str, ...]) -> Iterator[list[Clip]]:
    """Read files together, which object stores answer faster than one after the other."""
    files, _ = url_to_fs(paths[0])
    for first in range(0, len(paths), BATCH):
        batch = [*paths[first : first + BATCH]]
        contents = files.cat_ranges(batch, 0, MAX_BYTES + 1, on_error="return")
        yield [_checked(path, content) for path, content in zip(batch, contents, strict=True)]


def _of_tar(path: str) -> Iterator[Clip]:
    files, _ = url_to_fs(path)
    with files.open(path) as file, tarfile.open(fileobj=file, mode="r|") as tar:
        for member in tar:
            if member.isfile() and PurePosixPath(member.name).suffix.lower() in SOUNDS:
                content = tar.extractfile(member).read(MAX_BYTES + 1)  # type: ignore[union-attr]  # it is a file
                yield _checked(f"{path}/{member.name}", content)


def _of_row_group(path: str, number: int | None) -> Iterator[Clip]:
    """Read the rows of a Parquet file with a column of bytes, or of bytes and path as Hugging Face's data sets have."""
    files, _ = url_to_fs(path)
    with files.open(path) as file:
        table = parquet.ParquetFile(file)
        sound = _sound_column(table.schema_arrow)
        names = [name for name in PATHS if name in table.schema_arrow.names]
        place = 0
        for batch in table.iter_batches(BATCH, row_groups=[number], columns=[sound, *names[:1]]):
            for row in batch.to_pylist():
                value = row[sound] if isinstance(row[sound], dict) else {"bytes": row[sound]}
                name = value.get("path") or (row[names[0]] if names else f"{number}.{place}")
                yield _checked(f"{path}/{name}", value["bytes"] or b"")
                place += 1


def _sound_column(schema: Any) -> str:
    for column in schema:
        has_bytes = pa.types.is_struct(column.type) and column.type.get_field_index("bytes") >= 0
        if has_bytes or pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            return str(column.name)
    raise ValueError("the Parquet file has no column of bytes, so there are no clips in it")


def _to_the_fault(path: str, clips: Iterator[Clip]) -> Iterator[Clip]:
    """Read as far as a torn file goes; what is wrong with it is its last clip."""
    try:
        yield from clips
    except (OSError, EOFError, tarfile.TarError, pa.ArrowException, ValueError) as error:
        yield Clip(path, error)


def _checked(path: str, content: bytes | Exception) -> Clip:
    if isinstance(content, bytes) and len(content) > MAX_BYTES:
        return Clip(path, ClipTooLarge(f"a clip has at most {MAX_BYTES:,} bytes"))
    return Clip(path, content)
