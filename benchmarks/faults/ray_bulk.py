"""Kill a node of three while clips are recognized in bulk on Ray, and see that each has its row, and one.

sudo unshare --net --pid --fork --mount-proc --kill-child .venv-ray/bin/python -m benchmarks.faults.ray_bulk
"""

import os
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from pyarrow import parquet

from benchmarks.clips import varied, wav
from benchmarks.faults.ray_nodes import PYTHON, cluster, environment
from benchmarks.machine import describe
from benchmarks.speed.bulk import CLIPS_PER_TAR, tars

N_NODES, N_TARS = 3, 30
KILL_AT = N_TARS // 3  # tars that are done


def main() -> None:
    print(describe("ray", "pyarrow", "onnxruntime"), flush=True)
    with TemporaryDirectory() as folder, cluster(N_NODES, {}) as nodes:
        source, out = Path(folder, "tars"), Path(folder, "results.parquet")
        source.mkdir()
        tars(source, [wav(waveform) for waveform in varied(CLIPS_PER_TAR)], N_TARS)
        command = [os.fspath(PYTHON), "-m", "bulk", os.fspath(source), "--out", os.fspath(out), "--ray", "auto"]
        start = time.monotonic()
        run = nodes[0].begin(command, environment({}))
        parts = Path(f"{out}.parts")
        while run.poll() is None and len([*parts.glob("*.parquet")]) < KILL_AT:
            time.sleep(0.2)
        print(f"node killed after {time.monotonic() - start:.0f} s, with {len([*parts.glob('*.parquet')])} tars done")
        nodes[-1].kill()
        status = run.wait()
        paths = Counter(parquet.read_table(out, columns=["path"])["path"].to_pylist())
    print(f"ended with {status} after {time.monotonic() - start:.0f} s")
    print(
        f"{N_TARS * CLIPS_PER_TAR} clips, {len(paths)} of them with a row, {paths.total() - len(paths)} rows too many"
    )


if __name__ == "__main__":
    main()
