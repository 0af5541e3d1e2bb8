"""Shards hold every clip of a source once."""

from pathlib import Path

import pytest

from bulk.shards import NoClips, shards_of
from tests.bulk.clips import BROKEN, LEFT, data_set, files, tar


@pytest.mark.parametrize("files_per_shard", [1, 2, 3, 7, 8])
def test_every_file_is_in_one_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files_per_shard: int) -> None:
    monkeypatch.setattr("bulk.shards.FILES_PER_SHARD", files_per_shard)
    files(tmp_path, {f"{n}/{n}.wav": b"" for n in range(7)})

    shards = shards_of(str(tmp_path))

    assert [path for shard in shards for path in shard.paths] == [f"{tmp_path}/{n}/{n}.wav" for n in range(7)]


def test_a_folder_holds_sounds_tars_and_parquet_and_what_else_is_there_is_left_out(tmp_path: Path) -> None:
    files(tmp_path, {"a.wav": LEFT, "b.FLAC": LEFT, "a.txt": b"left", "README": b""})
    tar(tmp_path / "c.tar", {})
    data_set(tmp_path / "d.parquet", {"1": LEFT, "2": LEFT, "3": LEFT}, rows_per_group=2)

    shards = shards_of(str(tmp_path))

    names = [([Path(path).name for path in shard.paths], shard.row_group) for shard in shards]
    assert names == [(["a.wav", "b.FLAC"], None), (["c.tar"], None), (["d.parquet"], 0), (["d.parquet"], 1)]


def test_a_glob_takes_what_it_matches_whatever_its_name(tmp_path: Path) -> None:
    files(tmp_path, {"1/left": LEFT, "2/left": LEFT, "2/right.wav": LEFT})

    (shard,) = shards_of(f"{tmp_path}/*/left")

    assert shard.paths == (f"{tmp_path}/1/left", f"{tmp_path}/2/left")


def test_a_torn_parquet_file_is_a_shard_so_that_a_row_says_so(tmp_path: Path) -> None:
    files(tmp_path, {"torn.parquet": BROKEN})

    assert len(shards_of(str(tmp_path))) == 1


@pytest.mark.parametrize("source", ["missing", "missing/*.wav", "empty"])
def test_a_source_without_clips_is_refused(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(NoClips, match="there are no clips at"):
        shards_of(f"{tmp_path}/{source}")
