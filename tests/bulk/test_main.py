"""python -m bulk writes one row a clip, goes on after it was killed, and mixes no two runs."""

from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from bulk.__main__ import main
from bulk.recognize import ShardRecognizer
from bulk.shards import Shard
from model.audio import decode
from model.recognizer import Recognizer
from tests.bulk.clips import BROKEN, LEFT, STOP, files

CLIPS = {"0.wav": LEFT, "1.wav": BROKEN, "2.wav": STOP, "3.wav": LEFT}


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of four clips, each a shard."""
    monkeypatch.setattr("bulk.shards.FILES_PER_SHARD", 1)
    files(tmp_path / "clips", CLIPS)
    return tmp_path / "clips"


def run(source: Path, *options: str) -> tuple[int, Path]:
    out = source.parent / "results.parquet"
    return main([str(source), "--out", str(out), "--threads", "2", "--second-opinion", "off", *options]), out


def rows(out: Path) -> list[dict[str, Any]]:
    return [*parquet.read_table(out).to_pylist()]


def killed(source: Path, monkeypatch: pytest.MonkeyPatch, *, at: str) -> list[str]:
    """Break a run off at a clip, and let the shards that are recognized from then on be noted."""
    noted: list[str] = []
    recognize = ShardRecognizer.__call__

    def breaks_off(self: ShardRecognizer, shard: Shard) -> Any:
        if shard.paths[0].endswith(at):
            raise KeyboardInterrupt
        return recognize(self, shard)

    def notes(self: ShardRecognizer, shard: Shard) -> Any:
        noted.append(Path(shard.paths[0]).name)
        return recognize(self, shard)

    monkeypatch.setattr(ShardRecognizer, "__call__", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        run(source, "--threads", "1")
    monkeypatch.setattr(ShardRecognizer, "__call__", notes)
    return noted


def test_each_clip_is_a_row_in_order_with_what_the_recognizer_says(source: Path) -> None:
    status, out = run(source)

    decision = Recognizer.load().recognize(LEFT).decision
    assert status == 0
    assert [Path(row["path"]).name for row in rows(out)] == [*CLIPS]
    assert [row["text"] for row in rows(out)] == ["left", None, "stop", "left"]
    assert rows(out)[0]["confidence"] == pytest.approx(decision.confidence, abs=1e-5)
    assert rows(out)[0]["events"][0]["end_seconds"] == pytest.approx(rows(out)[0]["seconds"])


def test_a_bad_clip_is_a_row_with_the_reason(source: Path) -> None:
    _, out = run(source)

    assert [bool(row["error"]) for row in rows(out)] == [False, True, False, False]
    assert rows(out)[1]["label"] is None


def test_a_fault_in_the_recognizer_costs_one_clip_of_its_batch(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk.shards.FILES_PER_SHARD", 4)
    # a clip that is STOP divides by zero
    monkeypatch.setattr("model.recognizer.decode", lambda clip, **_: decode(clip)[:: 1 // (clip != STOP)])

    _, out = run(source)

    assert rows(out)[2]["error"] == "ZeroDivisionError: integer division or modulo by zero"


def test_a_run_that_was_killed_goes_on_and_hears_no_clip_twice(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = killed(source, monkeypatch, at="2.wav")

    status, out = run(source)

    assert (status, sorted(noted)) == (0, ["2.wav", "3.wav"])
    assert [Path(row["path"]).name for row in rows(out)] == [*CLIPS]


def test_a_file_that_comes_between_two_halves_moves_no_other(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(source, monkeypatch, at="2.wav")
    files(source, {"00.wav": LEFT})

    _, out = run(source)

    assert [Path(row["path"]).name for row in rows(out)] == [*CLIPS]


def test_nothing_but_the_results_is_left(source: Path) -> None:
    _, out = run(source)

    assert [path.name for path in sorted(out.parent.iterdir())] == ["clips", "results.parquet"]


def test_results_that_are_there_are_not_overwritten(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(source)

    status, out = run(source)

    assert status == 1
    assert f"bulk: {out} is there already; remove it or name another file" in capsys.readouterr().err


def test_a_run_with_other_options_does_not_go_on(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    killed(source, monkeypatch, at="2.wav")

    status, out = run(source, "--second-opinion", "always")

    assert status == 1
    assert f"bulk: {out}.parts belongs to a run with source {source}, model " in capsys.readouterr().err


def test_a_source_without_clips_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = run(tmp_path / "nothing")

    assert status == 1
    assert capsys.readouterr().err.startswith(f"bulk: there are no clips at {tmp_path / 'nothing'};")
