"""A spotter finds each word of a stream once, in its place, however the stream is cut."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.detector import MAX_WAITS, SMOOTHED_WINDOWS, Detector, Event
from model.engines.protocol import Frames, Posteriors
from model.engines.torch import TorchEngine
from model.enrolled import EnrolledWords
from model.labels import SILENCE, UNKNOWN
from model.restriction import Restriction
from model.second_opinion import SecondOpinion
from model.spotter import Spotter, spot_recording
from model.teaching import Teacher
from tests.labels import LABELS
from tests.model.checkpoints import random_checkpoint
from tests.model.heads import CountingEmbedding, head_for
from tests.model.taught import always, plain_teacher, random_bank
from tests.model.tones import WORD_SECONDS, ToneEngine, stream
from tests.signals import Signal, noise

SLACK_SECONDS = 0.04
LONG = stream(("yes", 0.7), ("no", 2.0), ("no", 4.5), ("yes", 5.3), ("yes", 7.6), seconds=8.0)


def heard(waveform: Signal, *, chunk_samples: int = 1_600, threshold: float | None = None) -> list[Event]:
    spotter = Spotter(ToneEngine(), threshold=threshold)
    starts = range(0, len(waveform), chunk_samples)
    events = [event for start in starts for event in spotter.spot(waveform[start : start + chunk_samples])]
    return events + spotter.finish()


def test_each_word_is_heard_once_in_its_order() -> None:
    events = heard(LONG)

    assert [event.label for event in events] == ["yes", "no", "no", "yes", "yes"]


def test_an_event_says_where_its_word_lies() -> None:
    events = heard(LONG)

    for event, start in zip(events, [0.7, 2.0, 4.5, 5.3, 7.6], strict=True):
        assert event.start_seconds == pytest.approx(start, abs=SLACK_SECONDS)
        assert event.end_seconds == pytest.approx(start + WORD_SECONDS, abs=SLACK_SECONDS)


def test_a_confidence_is_at_least_the_threshold() -> None:
    events = heard(LONG, threshold=0.9)

    assert len(events) == 5
    assert min(event.confidence for event in events) >= 0.9


@given(st.lists(st.integers(0, 5_000), max_size=60))
@settings(max_examples=50, deadline=None)
def test_chunks_of_any_size_give_the_events_of_the_whole(sizes: list[int]) -> None:
    spotter, events = Spotter(ToneEngine()), []
    ends = np.cumsum([0, *sizes])

    for start, end in pairwise(ends):
        events += spotter.spot(LONG[start:end])

    assert events + spotter.spot(LONG[ends[-1] :]) + spotter.finish() == heard(LONG, chunk_samples=len(LONG))


@pytest.mark.parametrize("chunk_samples", [1, 160, 1_601, 16_000])
def test_chunks_of_any_size_give_the_looks_of_the_whole(chunk_samples: int) -> None:
    waveform, engine = noise(6_000), TorchEngine(random_checkpoint("attention"))
    in_chunks, at_once, looks = Spotter(engine), Spotter(engine), []

    for start in range(0, len(waveform), chunk_samples):
        in_chunks.spot(waveform[start : start + chunk_samples])
        looks += in_chunks.windows

    at_once.spot(waveform)
    assert [look.end_seconds for look in looks] == [0.1, 0.2, 0.3]
    for look, expected in zip(looks, at_once.windows, strict=True):
        assert np.array_equal(look.posteriors, expected.posteriors)


def test_nothing_brings_nothing() -> None:
    spotter = Spotter(ToneEngine())

    assert spotter.spot(np.empty(0, np.float32)) == []
    assert spotter.windows == []


def test_a_word_that_the_stream_ends_with_is_heard_at_the_finish() -> None:
    waveform = stream(("no", 1.0), seconds=1.4)
    spotter = Spotter(ToneEngine())

    assert [event.label for event in spotter.spot(waveform[:-1_600]) + spotter.finish()] == ["no"]
    assert [event.label for event in heard(waveform)] == ["no"]


def test_a_word_that_the_stream_begins_with_is_heard() -> None:
    assert [event.label for event in heard(stream(("yes", 0.0), seconds=3.0))] == ["yes"]


@pytest.mark.parametrize("pause_seconds", [0.15, 0.2, 0.5, 1.0, 1.5])
def test_a_word_that_is_said_twice_is_heard_twice(pause_seconds: float) -> None:
    again = 1.0 + WORD_SECONDS + pause_seconds

    events = heard(stream(("yes", 1.0), ("yes", again), seconds=6.0))

    assert [event.label for event in events] == ["yes", "yes"]


@pytest.mark.parametrize("pause_seconds", [0.15, 0.2, 0.5, 1.0])
def test_another_word_is_heard_soon_after(pause_seconds: float) -> None:
    no = 1.0 + WORD_SECONDS + pause_seconds

    events = heard(stream(("yes", 1.0), ("no", no), seconds=6.0))

    assert [event.label for event in events] == ["yes", "no"]


def test_a_sound_that_goes_on_is_not_an_event_with_every_look() -> None:
    words = [("yes", 1.0 + WORD_SECONDS * place) for place in range(10)]

    events = heard(stream(*words, seconds=7.0))

    assert len(events) <= 10


def test_a_threshold_acts_at_once() -> None:
    spotter = Spotter(ToneEngine(), threshold=1.0)
    waveform = stream(("yes", 1.0), ("no", 4.0), seconds=6.0)

    before = spotter.spot(waveform[:48_000])
    spotter.threshold = 0.5

    assert before == []
    assert [event.label for event in spotter.spot(waveform[48_000:])] == ["no"]


def test_the_threshold_is_the_engines_unless_another_is_given() -> None:
    assert Spotter(ToneEngine()).threshold == 0.5
    assert Spotter(ToneEngine(), threshold=0.0).threshold == 0.0


def test_after_a_reset_a_spotter_is_as_new() -> None:
    spotter = Spotter(ToneEngine(), threshold=0.7)
    first = spotter.spot(LONG) + spotter.finish()

    spotter.reset()

    assert spotter.spot(LONG) + spotter.finish() == first
    assert spotter.threshold == 0.7


def test_a_long_stream_takes_no_more_memory_than_a_short_one() -> None:
    spotter, chunk = Spotter(ToneEngine()), stream(("yes", 1.0), seconds=3.0)
    spotter.spot(chunk)
    after_one = len(pickle.dumps(spotter))

    for _ in range(10):
        spotter.spot(chunk)

    assert len(pickle.dumps(spotter)) <= after_one + 100  # larger integers


def test_a_recording_of_ten_seconds_gives_what_a_stream_of_it_gives() -> None:
    recording = np.concatenate([LONG, LONG])
    spotter = Spotter(ToneEngine())
    streamed = spotter.spot(recording), spotter.windows, spotter.finish(), spotter.windows

    events, looks, _ = spot_recording(ToneEngine(), recording, threshold=0.5)

    assert events == streamed[0] + streamed[2]
    assert [look.end_seconds for look in looks] == [look.end_seconds for look in streamed[1] + streamed[3]]


class Unsure(ToneEngine):
    """Hears "yes" everywhere, with a posterior of 0.8."""

    def _heard(self, frames: Frames) -> Posteriors:
        heard: Posteriors = rows("yes", 0.8)[0]
        return heard


@pytest.mark.parametrize(("seconds", "is_heard"), [(1.1, True), (1.5, True), (9.0, False)])
def test_the_shorter_a_recording_the_likelier_it_holds_a_command(seconds: float, is_heard: bool) -> None:
    waveform = stream(("yes", 0.2), seconds=seconds)

    events, _, _ = spot_recording(Unsure(), waveform, threshold=0.6)

    assert bool(events) == is_heard


class Guessing(ToneEngine):
    """Hears any word at any time."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def _heard(self, frames: Frames) -> Posteriors:
        return self.generator.dirichlet(np.full(len(LABELS), 0.1)).astype(np.float32)


@given(
    st.integers(0, 1_000),
    st.lists(st.tuples(st.integers(1, 9_000), st.sampled_from([0.0, 1e-30, 1e-3, 1.0])), min_size=1),
)
@settings(max_examples=50, deadline=None)
def test_an_event_lies_inside_its_stream(seed: int, parts: list[tuple[int, float]]) -> None:
    waveform = np.concatenate([noise(n_samples, amplitude=amplitude) for n_samples, amplitude in parts])

    events, _, _ = spot_recording(Guessing(seed), waveform, threshold=0.0)

    for event in events:
        assert 0 <= event.start_seconds < event.end_seconds <= len(waveform) / 16_000
        assert 0 < event.confidence <= 1


ENDED = stream(("yes", 0.3), seconds=1.0)  # a second in which a word is over
GOING_ON = stream(("yes", 0.6), seconds=1.0)


def rows(label: str, *posteriors: float) -> Posteriors:
    """Windows in which a label has these posteriors; what is left goes to silence."""
    windows = [[{label: posterior, SILENCE: 1 - posterior}.get(name, 0) for name in LABELS] for posterior in posteriors]
    return np.array(windows, np.float32)


def detected(
    posteriors: Posteriors, *, window: Signal = ENDED, second_opinion: SecondOpinion | None = None
) -> list[int]:
    """Places of the windows that bring an event, where they all hold the same sound."""
    detector = Detector(LABELS, second_opinion)
    return [place for place, row in enumerate(posteriors) if detector.detect(row, window, 0.5).event]


def test_one_sure_window_is_no_event() -> None:
    assert detected(rows("yes", 0.0, 1.0, 0.0, 0.0, 0.0)) == []


def test_several_sure_windows_are_one_as_soon_as_they_are_the_most_of_the_last() -> None:
    sure = SMOOTHED_WINDOWS * [1.0]

    assert detected(rows("yes", 0.0, *sure))[0] == SMOOTHED_WINDOWS // 2 + 1


def test_what_would_do_for_a_clip_is_not_enough_in_a_stream() -> None:
    assert detected(rows("yes", *30 * [0.7])) == []
    assert detected(rows("yes", *30 * [0.99])) != []


def test_an_event_waits_for_the_end_of_its_word_but_not_for_long() -> None:
    sure = rows("yes", *SMOOTHED_WINDOWS * [1.0], *MAX_WAITS * [1.0])

    assert detected(sure, window=GOING_ON)[0] == detected(sure)[0] + MAX_WAITS


def test_the_second_opinion_has_a_say_in_every_event() -> None:
    agrees = SecondOpinion(head_for("yes"), CountingEmbedding(), LABELS)
    differs = SecondOpinion(head_for(UNKNOWN), CountingEmbedding(), LABELS)
    sure = rows("yes", *SMOOTHED_WINDOWS * [0.98])

    assert detected(sure, second_opinion=agrees) != []
    assert detected(sure, second_opinion=differs) == []


def detected_of(enrolled: EnrolledWords, posteriors: Posteriors, window: Signal = ENDED) -> list[str]:
    """What the events of windows are that all hold the same sound."""
    detector = Detector(LABELS, None, enrolled)
    detections = [detector.detect(row, window, 0.5) for row in posteriors]
    return [detection.event.label for detection in detections if detection.event]


def test_a_taught_word_is_an_event_where_the_network_hears_another_word() -> None:
    lamp = EnrolledWords([always("lamp", 6.0)], plain_teacher(), LABELS)

    assert detected_of(lamp, rows(UNKNOWN, *SMOOTHED_WINDOWS * [1.0])) == ["lamp"]
    assert detected_of(lamp, rows("yes", *SMOOTHED_WINDOWS * [1.0])) == ["yes"]
    assert detected_of(lamp, rows("yes", *SMOOTHED_WINDOWS * [0.0])) == []


def test_what_would_do_for_a_taught_word_in_a_clip_is_not_enough_in_a_stream() -> None:
    lamp = EnrolledWords([always("lamp", 2.0)], plain_teacher(), LABELS)

    assert detected_of(lamp, rows(UNKNOWN, *SMOOTHED_WINDOWS * [1.0])) == []


def test_about_another_word_taught_words_are_asked_once() -> None:
    embedding = CountingEmbedding()
    lamp = EnrolledWords([always("lamp", -9.0)], Teacher(embedding, random_bank()), LABELS)
    sound = stream(("yes", 1.0), seconds=3.0)
    detector = Detector(LABELS, None, lamp)

    for start in range(0, 32_000, 1_600):
        detector.detect(rows(UNKNOWN, 1.0)[0], sound[start : start + 16_000], 0.5)

    assert 1 <= len(embedding.n_waveforms) <= 3


def test_every_window_has_a_posterior_for_each_label() -> None:
    spotter = Spotter(ToneEngine(), enrolled=EnrolledWords([always("lamp", 0.0)], plain_teacher(), LABELS))

    spotter.spot(LONG)

    assert {len(window.posteriors) for window in spotter.windows} == {len(LABELS) + 1}


def test_a_word_is_heard_as_well_alone_as_among_others_that_resemble_it() -> None:
    wavering = (rows("yes", *30 * [1.0]) * 0.7 + rows("no", *30 * [1.0]) * 0.3).astype(np.float32)
    among, alone = Detector(LABELS), Detector(LABELS, restriction=Restriction(LABELS, ["yes"]))

    events = [[detector.detect(row, ENDED, 0.5).event for row in wavering] for detector in (among, alone)]

    assert [event and event.label for event in events[1]] == [event and event.label for event in events[0]]
    assert any(events[1])


def test_the_second_opinion_is_asked_about_candidates_only() -> None:
    embedding = CountingEmbedding()

    detected(rows("yes", 0.0, 0.3, 0.3, 0.0), second_opinion=SecondOpinion(head_for("yes"), embedding, LABELS))

    assert embedding.n_waveforms == []
