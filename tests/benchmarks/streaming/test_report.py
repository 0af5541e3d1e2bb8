"""Ways of listening are compared where each has few enough false accepts."""

from benchmarks.intervals import Rate
from benchmarks.streaming.cost import Cost
from benchmarks.streaming.matches import Matches
from benchmarks.streaming.report import MAIN_SNR_DB, Point, Way


def point_at(threshold: float, *, n_noise: int = 0, n_words: int = 0, delays: tuple[float, ...] = ()) -> Point:
    """Of one hour of noise and one of other words."""
    matches = Matches(n_words=10, n_matched=8, n_correct=7, n_wrong=12, n_false_positives=0, delays=list(delays))
    return Point(
        threshold=threshold,
        levels={MAIN_SNR_DB: matches},
        noises_per_hour={},
        noise_per_hour=Rate.of(n_noise, 1.0),
        words_per_minute=Rate.of(n_words, 60.0),
    )


def way_of(*points: Point) -> Way:
    cost = Cost(real_time_factor=0.008, chunk_p50_ms=0.8, chunk_p99_ms=1.0)
    return Way(name="gru", points=list(points), own_threshold=0.5, cost=cost)


def test_ways_are_compared_where_both_kinds_of_false_accepts_are_few_enough() -> None:
    points = point_at(0.4, n_noise=2), point_at(0.5, n_words=31), point_at(0.6, n_noise=1, n_words=30), point_at(0.7)

    assert way_of(*points).quiet_enough is points[2]


def test_a_way_that_is_never_quiet_enough_is_not_compared() -> None:
    assert way_of(point_at(0.5, n_noise=2), point_at(0.9, n_words=31)).quiet_enough is None


def test_the_own_point_is_that_of_the_own_threshold() -> None:
    points = point_at(0.4), point_at(0.5), point_at(0.6)

    assert way_of(*points).own is points[1]


def test_wrong_events_may_be_more_than_the_words() -> None:
    point = point_at(0.5)

    assert (point.correct.value, point.wrong.value, point.matched.value) == (0.7, 1.2, 0.8)


def test_delays_are_in_milliseconds_and_none_without_a_right_word() -> None:
    assert point_at(0.5, delays=(0.1, 0.3, 0.2)).delay_ms(50) == 200
    assert point_at(0.5).delay_ms(50) is None


def test_a_core_follows_as_many_streams_as_go_into_a_second() -> None:
    assert way_of(point_at(0.5)).cost.streams_per_core == 125
