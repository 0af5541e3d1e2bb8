"""python -m bulk writes the same rows on Ray as on threads."""

import subprocess
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

pytest.importorskip("ray", reason="Ray has an environment of its own, in which scripts/ray runs this")

from tests.bulk.clips import BROKEN, LEFT, STOP, files, tar


def rows(source: Path, *options: str) -> list[dict[str, object]]:
    out = source.parent / "results.parquet"
    subprocess.run([sys.executable, "-m", "bulk", str(source), "--out", str(out), *options], check=True, timeout=120)
    table = parquet.read_table(out)
    out.unlink()
    return [*table.to_pylist()]


def test_rows_on_ray_are_those_on_threads(tmp_path: Path) -> None:
    files(tmp_path / "clips", {"0.wav": LEFT, "1.wav": BROKEN})
    tar(tmp_path / "clips" / "2.tar", {"3.wav": STOP, "4.wav": LEFT})

    on_ray = rows(tmp_path / "clips", "--ray")

    assert len(on_ray) == 4
    assert on_ray == rows(tmp_path / "clips", "--threads", "1")
