"""Compute how many machines a load takes, and which limit comes next."""

import math
from dataclasses import dataclass

HOURS_A_MONTH = 730
POLLS_A_SECOND = 4  # of each process, for new words


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The pace of one core, measured as docs/scale.md says."""

    clips: float = 850.0  # a second, over HTTP
    bulk_clips: float = 1_300.0  # a second, from files
    streams: float = 166.0  # live, of words a second apart
    streams_of_own_words: float = 70.0  # where words are taught, and every sound is a word
    stream_kbit: float = 256.0  # a second, 16 kHz in 16 bits
    haproxy_requests: float = 10_000.0  # a second, for a thread of HAProxy
    polls: float = 38_000.0  # a second, of PostgreSQL on two cores


@dataclass(frozen=True, kw_only=True)
class Load:
    """A load, in cores that work all the time, and what passes the balancer.

    Attributes:
        requests: a second; a stream's message of 100 ms and its answer count as one.
        gbit: a second, in.
    """

    name: str
    busy_cores: float
    requests: float
    gbit: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The cores, machines and links that a load takes."""

    cores: int
    machines: int
    a_month: float
    haproxy_threads: float
    polls_share: float
    gbit: float


def loads(measured: Measured) -> list[Load]:
    """The loads that docs/scale.md plans for."""
    streams = [(1_000, measured.streams, ""), (1_000, measured.streams_of_own_words, ", own words")]
    streams += [(1_000_000, measured.streams, "")]
    a_second = 1e9 / 86_400
    return [
        *(
            Load(
                name=f"{n:,} streams{what}",
                busy_cores=n / per_core,
                requests=10 * n,
                gbit=n * measured.stream_kbit / 1e6,
            )
            for n, per_core, what in streams
        ),
        Load(
            name="a billion clips a day",
            busy_cores=a_second / measured.clips,
            requests=a_second,
            gbit=a_second * 32e3 * 8 / 1e9,
        ),
        Load(
            name="a billion clips a day, in bulk",
            busy_cores=a_second / measured.bulk_clips,
            requests=0.0,
            gbit=a_second * 32e3 * 8 / 1e9,
        ),
    ]


def plan(load: Load, measured: Measured, *, utilization: float, cores_a_machine: int, price: float) -> Plan:
    """Size a load.

    Args:
        utilization: share of the time in which cores may work.
        price: of a core for an hour.
    """
    cores = math.ceil(load.busy_cores / utilization)
    return Plan(
        cores=cores,
        machines=math.ceil(cores / cores_a_machine),
        a_month=cores * price * HOURS_A_MONTH,
        haproxy_threads=load.requests / measured.haproxy_requests,
        polls_share=cores * POLLS_A_SECOND / measured.polls,
        gbit=load.gbit,
    )


def training_speedup(
    n: int, *, step_seconds: float, gradient_bytes: float, bytes_a_second: float, latency_seconds: float
) -> float:
    """How many times as fast ``n`` processes train, each with a batch of its own, if a ring adds up their gradients.

    Args:
        step_seconds: of one process, without the others.
        bytes_a_second, latency_seconds: of the link between two processes.
    """
    ring = 2 * (n - 1) * (gradient_bytes / n / bytes_a_second + latency_seconds)
    return n * step_seconds / (step_seconds + ring)
