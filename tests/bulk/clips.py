"""Lay clips out as files, tars and Parquet."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
LEFT, STOP = (EXAMPLES / "left.wav").read_bytes(), (EXAMPLES / "stop.wav").read_bytes()
BROKEN = b"RIFF, but no sound"


def files(folder: Path, clips: Mapping[str, bytes]) -> None:
    for name, content in clips.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def tar(path: Path, clips: Mapping[str, bytes]) -> None:
    with tarfile.open(path, "w") as file:
        for name, content in clips.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))


def data_set(path: Path, clips: Mapping[str, bytes], *, rows_per_group: int) -> None:
    """Write a Parquet file as Hugging Face's data sets have it."""
    audio = [{"bytes": content, "path": name} for name, content in clips.items()]
    parquet.write_table(pa.table({"label": len(clips) * [0], "audio": audio}), path, row_group_size=rows_per_group)
