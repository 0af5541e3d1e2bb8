"""A number always gives the same damaged clip, and the decoder keeps its bars on each."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.examination import examine
from fuzz.mutated import decode_mutated, numbered
from fuzz.seed_clips import recorded_clips, seed_clips

CLIPS = seed_clips()
OTHERS = [numbered(number, 0, CLIPS) for number in range(50)]


def test_every_seed_clip_is_heard_but_the_long_one() -> None:
    outcomes = [examine(clip).outcome for clip in CLIPS]

    assert outcomes.count("a waveform") == len(CLIPS) - 1
    assert outcomes.count("AudioTooLong") == 1


def test_a_number_makes_the_same_clip_again() -> None:
    again = [numbered(number, 0, CLIPS) for number in range(50)]

    assert again == OTHERS
    assert len(set(again)) > 45


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(number=st.integers(0, 10**9))
def test_a_damaged_clip_stays_within_the_bars(number: int) -> None:
    assert examine(numbered(number, 1, CLIPS)).is_good


def test_damage_gets_past_every_check() -> None:
    outcomes = {examine(numbered(number, 0, CLIPS)).outcome for number in range(1_000)}

    assert outcomes >= {"a waveform", "NotAudio", "UnsupportedEncoding", "UnreadableAudio", "AudioTooShort"}


def test_what_is_heard_in_other_processes_is_counted() -> None:
    ((tally, findings),) = decode_mutated(250, seed=0, seeds=seed_clips)

    assert tally.outcomes.total() == 250
    assert findings == []


def test_damaged_recordings_of_phones_and_browsers_miss_no_bar() -> None:
    ((tally, findings),) = decode_mutated(500, seed=0, seeds=recorded_clips)

    assert tally.outcomes["a waveform"] >= 50
    assert findings == []
