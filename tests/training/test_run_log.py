"""Each epoch is a line and an event, and a resumed run drops those that it does again."""

import json
import os
from contextlib import closing
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training.run_log import FILE, RunLog


def record(folder: Path, n_done: int, losses: dict[int, float]) -> None:
    with closing(RunLog(folder, n_done)) as log:
        for epoch, loss in losses.items():
            log.add(epoch, loss=loss, accuracy=0.5)


def read(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / FILE).read_text().splitlines()]


def events(folder: Path) -> dict[int, float]:
    """Read the losses that TensorBoard shows."""
    accumulator = EventAccumulator(str(folder))
    accumulator.Reload()
    return {event.step: round(event.value, 6) for event in accumulator.Scalars("loss")}


def test_every_epoch_is_a_line_and_an_event(tmp_path: Path) -> None:
    record(tmp_path, 0, {1: 2.5, 2: 1.5})

    assert read(tmp_path) == [{"epoch": 1, "loss": 2.5, "accuracy": 0.5}, {"epoch": 2, "loss": 1.5, "accuracy": 0.5}]
    assert events(tmp_path) == {1: 2.5, 2: 1.5}


def test_a_line_is_there_as_soon_as_its_epoch_is_over(tmp_path: Path) -> None:
    with closing(RunLog(tmp_path, 0)) as log:
        log.add(1, loss=2.5)

        assert read(tmp_path) == [{"epoch": 1, "loss": 2.5}]


@pytest.mark.parametrize("n_done", [0, 1, 2])
def test_epochs_that_are_done_again_replace_their_lines_and_events(tmp_path: Path, n_done: int) -> None:
    record(tmp_path, 0, {1: 4.0, 2: 3.0})

    record(tmp_path, n_done, dict.fromkeys(range(n_done + 1, 4), 1.0))

    expected = [4.0, 3.0][:n_done] + [1.0] * (3 - n_done)
    assert [line["loss"] for line in read(tmp_path)] == expected
    assert events(tmp_path) == dict(enumerate(expected, start=1))


def test_epochs_that_will_be_done_again_are_dropped_at_the_start(tmp_path: Path) -> None:
    record(tmp_path, 0, {1: 4.0, 2: 3.0, 3: 2.0})

    record(tmp_path, 1, {})

    assert [line["loss"] for line in read(tmp_path)] == [4.0]
    assert events(tmp_path) == {1: 4.0}


def test_half_a_line_is_dropped(tmp_path: Path) -> None:
    record(tmp_path, 0, {1: 4.0, 2: 3.0})
    os.truncate(tmp_path / FILE, (tmp_path / FILE).stat().st_size - 10)

    record(tmp_path, 1, {2: 1.0})

    assert [line["loss"] for line in read(tmp_path)] == [4.0, 1.0]
