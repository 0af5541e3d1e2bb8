"""A listener spots the same events however its stream is cut, and its account of the stream is always right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.streaming.listener import SILENCE_DB, Listener
from model.detector import Event
from model.recognizer import Recognizer
from tests.app.sound import bursts, chunks_of, cut, pcm
from tests.app.stubs import Ears
from tests.signals import Signal, noise, tone

SOUND = pcm(bursts(1.0, 1.0, 1.2, 0.9, 0.5))


def listener_of(*, threshold: float = 0.5, sample_rate: float = 16_000) -> Listener:
    listener = Listener(Recognizer(Ears()), threshold=threshold)
    listener.set_format(sample_rate=sample_rate)
    return listener


def heard(listener: Listener, chunks: list[bytes]) -> list[Event]:
    return [event for chunk in chunks for event in listener.listen(chunk)] + listener.finish()


def test_commands_are_heard_with_their_times() -> None:
    events = heard(listener_of(), [SOUND])

    assert {event.label for event in events} == {"go"}
    assert [event.start_seconds for event in events] == sorted(event.start_seconds for event in events)


@given(st.lists(st.integers(0, len(SOUND)), max_size=30))
@settings(max_examples=25, deadline=None)
def test_however_the_sound_is_torn_the_events_are_the_same(places: list[int]) -> None:
    events = heard(listener_of(), cut(SOUND, places))

    assert events == heard(listener_of(), [SOUND])


@pytest.mark.parametrize("n_bytes", [1, 7, 320, 3_200, 32_001])
def test_chunks_of_any_size_give_the_same_events(n_bytes: int) -> None:
    sound = SOUND[: 16_000 * 2 * 2]

    events = heard(listener_of(), chunks_of(sound, n_bytes))

    assert events == heard(listener_of(), [sound]) != []


@pytest.mark.parametrize("sample_rate", [8_000, 44_100])
def test_at_another_rate_the_same_sound_lasts_otherwise(sample_rate: int) -> None:
    listener = listener_of(sample_rate=sample_rate)

    listener.listen(pcm(noise(2 * sample_rate)))
    listener.finish()

    assert listener.seconds == pytest.approx(2.0)


def test_a_rate_set_later_holds_from_there_on() -> None:
    listener = listener_of(sample_rate=8_000)

    listener.listen(pcm(noise(8_000)))
    listener.set_format(sample_rate=48_000)
    listener.listen(pcm(noise(48_000)))
    listener.finish()

    assert listener.seconds == pytest.approx(2.0)


def test_the_rate_it_has_already_loses_no_half_sample() -> None:
    listener = listener_of()

    listener.listen(b"\x00")
    listener.set_format(sample_rate=16_000)
    listener.listen(b"\x00" * 3)

    assert listener.seconds == 2 / 16_000


def test_a_threshold_acts_at_once() -> None:
    listener = listener_of(threshold=1.0)

    before = listener.listen(pcm(bursts(0.0, 2.0)))
    listener.threshold = 0.5
    after = listener.listen(pcm(bursts(0.0, 0.5)))

    assert before == []
    assert [event.label for event in after] == ["go"]


@pytest.mark.parametrize(
    ("signal", "level_db"),
    [
        (np.ones(1_000, np.float32), 0.0),
        (tone(), -9.0),
        (0.1 * np.ones(1_000, np.float32), -20.0),
        (np.zeros(1_000, np.float32), SILENCE_DB),
    ],
)
def test_the_level_is_that_of_the_newest_sound(signal: Signal, level_db: float) -> None:
    listener = listener_of()

    listener.listen(pcm(noise()))
    listener.listen(pcm(signal))

    assert listener.level_db == pytest.approx(level_db, abs=0.1)


def test_a_chunk_without_a_sample_leaves_the_level() -> None:
    listener = listener_of()

    listener.listen(pcm(tone()))
    listener.listen(b"\x00")

    assert listener.level_db == pytest.approx(-9.0, abs=0.1)


def test_posteriors_are_there_after_the_first_look() -> None:
    listener = listener_of()

    before = listener.posteriors
    listener.listen(pcm(bursts(0.0, 2.0)))

    assert before is None
    assert listener.posteriors is not None
    assert max(listener.posteriors, key=listener.posteriors.__getitem__) == "go"


@pytest.mark.parametrize(("sample_rate", "n_bytes"), [(8_000, 16_000), (16_000, 32_000), (22_050.5, 44_100)])
def test_a_second_has_whole_samples(sample_rate: float, n_bytes: int) -> None:
    listener = listener_of(sample_rate=sample_rate)

    assert listener.bytes_per_second == n_bytes
