"""Divide a source of clips into shards, each of which is recognized by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self

import pyarrow as pa
from fsspec import AbstractFileSystem
from fsspec.core import has_magic, url_to_fs
from pyarrow import parquet

SOUNDS = frozenset(
    f".{name}"
    for name in (
        *("wav", "wave", "w64", "rf64", "flac", "ogg", "oga", "opus", "spx", "mp3", "m4a", "mp4", "3gp", "aac"),
        *("amr", "wma", "webm", "mka", "mkv", "aif", "aiff", "aifc", "caf", "au", "snd", "gsm"),
    )
)
TAR, PARQUET = ".tar", ".parquet"
FILES_PER_SHARD = 500  # as many clips as a killed process may have to hear again


class NoClips(Exception):
    """There is nothing to recognize at the source."""


@dataclass(frozen=True, kw_only=True)
class Shard:
    """Several sound files, a tar of them, or a row group of a Parquet file.

    Attributes:
        paths: of the sound files, or of the one tar or Parquet file, as fsspec opens them.
        row_group: of the Parquet file.
    """

    paths: tuple[str, ...]
    row_group: int | None = None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Make the shard again whose fields were written as JSON or Arrow."""
        return cls(paths=tuple(fields["paths"]), row_group=fields["row_group"])

    @property
    def is_tar(self) -> bool:
        return self.paths[0].endswith(TAR)


def shards_of(source: str) -> list[Shard]:
    """Find all clips of a folder, a glob or a file, wherever fsspec finds files, in the order of their paths.

    Of a folder these are all tars, Parquet files and files whose name ends like a sound file's.

    Raises:
        NoClips: there are none.
        OSError: the source can't be listed.
    """
    files, path = url_to_fs(source)
    if has_magic(path):
        found = files.glob(path)
    elif files.isdir(path):
        found = [name for name in files.find(path) if _suffix(name) in SOUNDS | {TAR, PARQUET}]
    else:
        found = [path] if files.exists(path) else []
    if not found:
        raise NoClips(f"there are no clips at {source}; name a folder, a glob, tars or Parquet files of sound files")
    return [*_shards(files, sorted(found))]


def _shards(files: AbstractFileSystem, paths: list[str]) -> Iterator[Shard]:
    urls = [path if "file" in files.protocol else files.unstrip_protocol(path) for path in paths]
    sounds = [url for url in urls if _suffix(url) not in {TAR, PARQUET}]
    for first in range(0, len(sounds), FILES_PER_SHARD):
        yield Shard(paths=tuple(sounds[first : first + FILES_PER_SHARD]))
    for url in urls:
        if _suffix(url) == TAR:
            yield Shard(paths=(url,))
        elif _suffix(url) == PARQUET:
            for number in range(_n_row_groups(files, url)):
                yield Shard(paths=(url,), row_group=number)


def _n_row_groups(files: AbstractFileSystem, url: str) -> int:
    try:
        with files.open(url) as file:
            return int(parquet.ParquetFile(file).num_row_groups)
    except (OSError, pa.ArrowException):
        return 1  # whoever reads it says what is wrong


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
