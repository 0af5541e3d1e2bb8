"""Several processes that share a run arrive at the numbers of one, go on in another number, and end together."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from model.checkpoint import read_tensors
from training import loop
from training.distributed import ALONE, BLOCK_CLIPS, Share
from training.errors import DataError
from training.run import CHECKPOINT
from training.train import main

STEPS = ["--network", "elman", "--device", "cpu", "--set", "batch_size=32", "--set", "n_made_sounds=1"]
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]


def arguments(root: Path, out: Path, *further: str) -> list[str]:
    return ["--data", str(root), "--out", str(out), *STEPS, *further]


def started(n_processes: int, command_line: list[str]) -> "subprocess.Popen[str]":
    command = [*TORCHRUN, str(n_processes), "-m", "tests.training.train_in_float32", *command_line]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def losses_of(run: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (run / "metrics.jsonl").read_text().splitlines()]


def children_of(process: "subprocess.Popen[str]") -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def wait_until(path: Path, process: "subprocess.Popen[str]") -> None:
    while not path.exists() and process.poll() is None:
        time.sleep(0.1)


def test_two_processes_arrive_at_the_numbers_of_one(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "multiplies_in_bfloat16", lambda _: False)
    alone, together = tmp_path / "alone", tmp_path / "together"
    main(arguments(corpus, alone, "--epochs", "2"))

    output, _ = started(2, arguments(corpus, together, "--epochs", "2")).communicate(timeout=120)

    assert output.count("checkpoint in") == 1
    assert losses_of(together) == pytest.approx(losses_of(alone), abs=1e-5)
    weights, expected = read_tensors(together / CHECKPOINT)[0], read_tensors(alone / CHECKPOINT)[0]
    assert all(torch.allclose(weights[name], expected[name], atol=1e-5) for name in expected)


def test_one_process_goes_on_where_two_were_ended(corpus: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = started(2, arguments(corpus, run, "--epochs", "40"))
    wait_until(run / CHECKPOINT, process)
    os.kill(children_of(process)[1], signal.SIGKILL)

    output, _ = process.communicate(timeout=120)
    code = main(arguments(corpus, run, "--epochs", "40", "--resume"))

    assert process.returncode != 0
    assert f"every finished epoch is saved in {run}; continue with --resume" in output
    assert (code, len(losses_of(run))) == (0, 40)


def test_each_block_of_a_batch_belongs_to_one_process() -> None:
    shares = [Share(rank=rank, n_processes=4) for rank in range(4)]

    blocks = [share.blocks(61, batch_size=4 * BLOCK_CLIPS) for share in shares]

    assert [number for share in blocks for number, _ in share] == [0, 1, 2, 3]
    assert [row for share in shares for row in range(61)[share.rows(61, 4 * BLOCK_CLIPS)]] == [*range(61)]


def test_shares_that_are_not_equal_are_refused() -> None:
    with pytest.raises(DataError, match="8 blocks of 16, which 3 processes can't share equally"):
        Share(rank=0, n_processes=3).check(128)


def test_one_process_alone_needs_no_others() -> None:
    with ALONE.in_turn():
        assert ALONE.totals([1, 2], torch.device("cpu")).tolist() == [1, 2]
