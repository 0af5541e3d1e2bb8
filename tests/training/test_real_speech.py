"""Real speech under ``HEED_DATA`` is split by speaker, and every split holds every label."""

import os
from pathlib import Path
from typing import get_args

import pytest

from model.labels import UNKNOWN
from tests.labels import COMMANDS, LABELS
from training.data.clips import by_label
from training.data.speech_commands import Split, read_split

pytestmark = pytest.mark.skipif("HEED_DATA" not in os.environ, reason="HEED_DATA is not set")


@pytest.fixture(scope="module")
def root() -> Path:
    return Path(os.environ["HEED_DATA"])


def test_no_real_speaker_is_in_two_splits(root: Path) -> None:
    speakers = [{clip.speaker for clip in read_split(root, split)} for split in get_args(Split)]

    assert min(map(len, speakers)) > 100
    assert len(set.union(*speakers)) == sum(map(len, speakers))


@pytest.mark.parametrize("split", get_args(Split))
def test_every_split_holds_clips_of_every_label(root: Path, split: Split) -> None:
    groups = by_label(read_split(root, split), LABELS)

    assert set(groups) == {*COMMANDS, UNKNOWN}
    assert min(map(len, groups.values())) > 10
