"""Clips come out of files, tars and Parquet as they are, and a fault costs no other clip."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from bulk.clips import BATCH, Clip, ClipTooLarge, batches_of
from bulk.shards import Shard
from tests.bulk.clips import BROKEN, LEFT, STOP, data_set, files, tar

CLIPS = {f"{number:03}.wav": bytes([number]) for number in range(2 * BATCH + 1)}


def read(path: Path, row_group: int | None = None) -> list[Clip]:
    shard = Shard(paths=(str(path),), row_group=row_group)
    return [clip for batch in batches_of(shard) for clip in batch]


def test_files_come_in_batches_in_their_order(tmp_path: Path) -> None:
    files(tmp_path, CLIPS)
    shard = Shard(paths=tuple(f"{tmp_path}/{name}" for name in CLIPS))

    batches = [*batches_of(shard)]

    assert [len(batch) for batch in batches] == [BATCH, BATCH, 1]
    assert [clip.content for batch in batches for clip in batch] == [*CLIPS.values()]


def test_of_a_tar_the_sounds_are_read_and_not_their_labels(tmp_path: Path) -> None:
    tar(tmp_path / "shard.tar", {"0.wav": LEFT, "0.txt": b"left", "1.FLAC": STOP})

    clips = read(tmp_path / "shard.tar")

    assert clips == [(f"{tmp_path}/shard.tar/0.wav", LEFT), (f"{tmp_path}/shard.tar/1.FLAC", STOP)]


def test_a_torn_tar_is_read_to_the_fault_which_is_its_last_clip(tmp_path: Path) -> None:
    tar(tmp_path / "whole.tar", {"0.wav": LEFT, "1.wav": STOP})
    files(tmp_path, {"torn.tar": (tmp_path / "whole.tar").read_bytes()[: len(LEFT) + 2048]})

    first, last = read(tmp_path / "torn.tar")

    assert first.content == LEFT
    assert last.path == f"{tmp_path}/torn.tar"
    assert "unexpected end of data" in str(last.content)


def test_a_row_group_of_a_hugging_face_data_set_is_read(tmp_path: Path) -> None:
    data_set(tmp_path / "train.parquet", CLIPS, rows_per_group=BATCH + 1)

    clips = read(tmp_path / "train.parquet", row_group=1)

    assert [Path(clip.path).name for clip in clips] == [*CLIPS][BATCH + 1 :]
    assert [clip.content for clip in clips] == [*CLIPS.values()][BATCH + 1 :]


def test_a_column_of_bytes_is_read_with_the_column_that_names_its_clips(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"id": ["a", "b"], "clip": [LEFT, None]}), tmp_path / "clips.parquet")

    clips = read(tmp_path / "clips.parquet", row_group=0)

    assert clips == [(f"{tmp_path}/clips.parquet/a", LEFT), (f"{tmp_path}/clips.parquet/b", b"")]


@pytest.mark.parametrize("name", ["torn.tar", "torn.parquet"])
def test_a_file_that_is_no_such_file_is_one_clip_with_the_reason(tmp_path: Path, name: str) -> None:
    files(tmp_path, {name: BROKEN})

    (clip,) = read(tmp_path / name, row_group=0 if name == "torn.parquet" else None)

    assert clip.path == f"{tmp_path}/{name}"
    assert isinstance(clip.content, Exception)


def test_a_file_that_has_gone_since_is_a_clip_with_the_reason(tmp_path: Path) -> None:
    (clip,) = read(tmp_path / "gone.wav")

    assert isinstance(clip.content, FileNotFoundError)


def test_of_a_file_beyond_the_limit_no_more_than_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk.clips.MAX_BYTES", 4)
    files(tmp_path, {"fits.wav": b"1234", "large.wav": b"12345"})

    fits, large = read(tmp_path / "fits.wav"), read(tmp_path / "large.wav")

    assert fits[0].content == b"1234"
    assert isinstance(large[0].content, ClipTooLarge)
