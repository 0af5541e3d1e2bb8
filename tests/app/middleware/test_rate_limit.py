"""Two seconds' worth may come at once, then one at a time; a client that waits as long as it is told is let in."""

import pytest

from app.middleware import rate_limit
from app.middleware.rate_limit import ConcurrencyLimit, RateLimit
from app.refusals import TooManyRequests


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def n_let_in(limit: RateLimit, client: str, n: int) -> int:
    """How many of so many requests are let in, one after the other."""
    n_in = 0
    for _ in range(n):
        try:
            limit.check(client)
        except TooManyRequests:
            break
        limit.count(client)
        n_in += 1
    return n_in


@pytest.mark.parametrize(("per_second", "burst"), [(5, 10), (0.5, 1), (0.1, 1), (100, 200)])
def test_two_seconds_worth_may_come_at_once(per_second: float, burst: int) -> None:
    limit = RateLimit(per_second, Clock())

    assert n_let_in(limit, "one", 1000) == burst


def test_then_they_come_back_at_the_rate_up_to_the_burst() -> None:
    limit = RateLimit(5, clock := Clock())
    n_let_in(limit, "one", 10)

    counts = []
    for wait in (1, 0.19, 0.02, 1_000_000):
        clock.seconds += wait
        counts.append(n_let_in(limit, "one", 1000))

    assert counts == [5, 0, 1, 10]


@pytest.mark.parametrize("per_second", [0.1, 0.3, 1, 7, 1000])
def test_a_client_that_waits_as_long_as_it_is_told_is_let_in(per_second: float) -> None:
    limit = RateLimit(per_second, clock := Clock())
    n_let_in(limit, "one", 10_000)

    with pytest.raises(TooManyRequests) as refused:
        limit.check("one")
    clock.seconds += refused.value.retry_after_seconds or 0

    assert n_let_in(limit, "one", 1) == 1


def test_each_client_has_a_bucket_of_its_own() -> None:
    limit = RateLimit(1, Clock())
    n_let_in(limit, "one", 10)

    assert n_let_in(limit, "other", 10) == 2


def test_a_flood_of_clients_fills_no_memory_and_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MAX_CLIENTS", 3)
    limit = RateLimit(1, Clock())

    for client in ("one", "two", "three", "one", "one", "four", "five"):
        limit.count(client)

    assert list(limit._buckets) == ["one", "four", "five"]
    assert n_let_in(limit, "one", 1) == 0


def test_without_a_limit_no_client_is_counted() -> None:
    limit = RateLimit(None)

    assert n_let_in(limit, "one", 1000) == 1000
    assert not limit._buckets


def test_a_client_may_have_so_many_open_at_once_and_is_forgotten_when_all_are_closed() -> None:
    limit = ConcurrencyLimit(2)
    limit.begin("one")
    limit.begin("one")
    limit.begin("other")

    with pytest.raises(TooManyRequests, match="2 requests or streams of yours"):
        limit.begin("one")
    limit.end("one")
    limit.begin("one")

    for client in ("one", "one", "other"):
        limit.end(client)
    assert not limit._n_open
