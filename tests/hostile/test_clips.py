"""The hostile set in, the error that each row names out; and of files cut off anywhere no other error than heed's."""

import contextlib

import numpy as np
import pytest

from model.audio import decode
from model.errors import AudioError
from tests.hostile.clip import Hostile
from tests.hostile.clips import hostile_clips, truncated

CASES = hostile_clips()
HEARD = {name: case for name, case in CASES.items() if case.error is None}
REFUSED = {name: case for name, case in CASES.items() if case.error is not None}


@pytest.mark.parametrize("case", HEARD.values(), ids=HEARD)
def test_a_clip_that_is_odd_but_sound_is_heard(case: Hostile) -> None:
    waveform = decode(case.make())

    assert np.abs(waveform).max() <= 1.0


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_hostile_clip_raises_its_error(case: Hostile) -> None:
    clip = case.make()

    with pytest.raises(AudioError) as caught:
        decode(clip)

    assert caught.type is case.error


def test_a_file_that_is_cut_off_anywhere_raises_nothing_but_audio_errors() -> None:
    clips = truncated()

    for clip in clips.values():
        with contextlib.suppress(AudioError):
            assert np.abs(decode(clip)).max() <= 1.0

    assert len(clips) > 400
