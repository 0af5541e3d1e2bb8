"""Clips are read from storage that speaks S3's protocol; here that is moto's server."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from bulk.clips import batches_of
from bulk.shards import shards_of
from tests.bulk.clips import LEFT, STOP, data_set, files, tar


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket with two files, a tar and a Parquet file."""
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "ENDPOINT_URL": f"http://{host}:{port}",
        "ACCESS_KEY_ID": "x",
        "SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    files(tmp_path, {"0.wav": LEFT, "1.wav": STOP})
    tar(tmp_path / "2.tar", {"left.wav": LEFT})
    data_set(tmp_path / "3.parquet", {"stop.wav": STOP}, rows_per_group=1)
    S3FileSystem.clear_instance_cache()  # it would know the address of an earlier test's server
    storage = fsspec.filesystem("s3")
    storage.mkdir("clips")
    storage.put(f"{tmp_path}/", "clips/all/", recursive=True)
    yield "s3://clips/all"
    storage.rm("clips", recursive=True)  # moto keeps buckets as long as its process lives
    server.stop()


def test_every_kind_of_source_is_read_from_s3(bucket: str) -> None:
    clips = [clip for shard in shards_of(bucket) for batch in batches_of(shard) for clip in batch]

    assert clips == [
        (f"{bucket}/0.wav", LEFT),
        (f"{bucket}/1.wav", STOP),
        (f"{bucket}/2.tar/left.wav", LEFT),
        (f"{bucket}/3.parquet/stop.wav", STOP),
    ]


def test_an_object_that_has_gone_since_costs_no_other(bucket: str) -> None:
    (shard,) = shards_of(f"{bucket}/*.wav")
    fsspec.filesystem("s3").rm(f"{bucket}/0.wav")

    ((gone, there),) = batches_of(shard)

    assert isinstance(gone.content, FileNotFoundError)
    assert there.content == STOP
