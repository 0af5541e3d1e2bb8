"""Wrong fates and growth are told, and honest refusals are not."""

from collections import Counter, defaultdict
from random import Random

from benchmarks.faults.http_client import Client
from benchmarks.faults.mix import Kind
from benchmarks.faults.resources import Sample
from benchmarks.faults.soak import fates_table, grown, growth_table, wrong_fates


async def nothing(_: Client, __: Random) -> str:
    return ""


GOOD = Kind("good", 1, nothing, ("200",))


def fates(**counts: int) -> defaultdict[str, Counter[str]]:
    """Of the good kind; names begin with an underscore, as numbers may not."""
    return defaultdict(Counter, good=Counter({name.lstrip("_").replace("_", " "): n for name, n in counts.items()}))


def samples(figures: list[tuple[float, ...]]) -> list[Sample]:
    return [Sample(1000 * place, each) for place, each in enumerate(figures)]


FLAT: list[tuple[float, ...]] = [(100.0, 200.0, 20.0, 8.0)] * 60


def test_a_right_fate_and_an_honest_503_are_no_faults() -> None:
    faults = wrong_fates([GOOD], fates(_200=5, _503=2))

    assert faults == []


def test_a_503_without_retry_after_is_a_fault() -> None:
    faults = wrong_fates([GOOD], fates(_200=5, _503_without_Retry_After=1))

    assert faults == ["good: 1 times 503 without Retry After, not 200"]


def test_a_500_is_a_fault_and_stands_in_the_table() -> None:
    seen = fates(_500=3)

    assert wrong_fates([GOOD], seen) == ["good: 3 times 500, not 200"]
    assert "| good | 3 | 500: 3 | 200 |" in fates_table([GOOD], seen)


def test_what_stays_as_it_is_has_not_grown() -> None:
    assert grown(samples(FLAT)) == []
    assert "+0.0%" in growth_table(samples(FLAT))


def test_memory_that_rises_has_grown() -> None:
    rising: list[tuple[float, ...]] = [(100.0 + place, 200.0, 20.0, 8.0) for place in range(60)]

    (fault,) = grown(samples(rising))

    assert fault.startswith("own memory MB grew from ")


def test_a_handle_that_is_held_when_all_clients_are_gone_is_a_fault() -> None:
    left_open: list[tuple[float, ...]] = [*FLAT, (100.0, 200.0, 21.0, 8.0)]

    assert grown(samples(left_open)) == ["1 handles are still held when all clients are gone"]
