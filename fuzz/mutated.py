"""Decode damaged clips, each known by its number, in a process that may die."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from random import Random
from typing import NamedTuple

from fuzz.examination import MAX_CPU_S, Tally, examine, limit_address_space
from fuzz.mutation import mutated

PER_PROCESS = 10_000

Seeds = Callable[[int], list[bytes]]  # the clips to damage, made from a seed

_PROCESSES = multiprocessing.get_context("spawn")


class Finding(NamedTuple):
    """An input that missed a bar, and how."""

    clip: bytes
    what: str


def numbered(number: int, seed: int, clips: Sequence[bytes]) -> bytes:
    """The input with this number, which is always the same."""
    return mutated(Random(f"{seed}:{number}"), clips)


def decode_mutated(n_inputs: int, seed: int, seeds: Seeds) -> Iterator[tuple[Tally, list[Finding]]]:
    """Decode in a process for every few thousand inputs; one more goes on behind an input that ended its process."""
    start = 0
    while start < n_inputs:
        tally, findings, start = _decode_range(start, min(start + PER_PROCESS, n_inputs), seed, seeds)
        yield tally, findings


def _decode_range(start: int, end: int, seed: int, seeds: Seeds) -> tuple[Tally, list[Finding], int]:
    at = _PROCESSES.Value("q", start)
    receiver, sender = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_work, args=(range(start, end), seed, seeds, at, sender))
    process.start()
    sender.close()
    tally, findings = Tally(), list[Finding]()
    with suppress(EOFError):
        while True:
            tally, findings = receiver.recv()
    process.join()
    if process.exitcode == 0:
        return tally, findings, end
    death = f"ended its process: {signal.Signals(-(process.exitcode or 0)).name}"
    tally.outcomes[death] += 1
    culprit = numbered(at.value, seed, seeds(seed))
    return tally, [*findings, Finding(culprit, death)], at.value + 1


def _work(numbers: range, seed: int, seeds: Seeds, at: "Synchronized[int]", sender: Connection) -> None:
    """Report all outcomes so far after each hundred inputs, so that little is lost with the process."""
    clips, tally, findings = seeds(seed), Tally(), list[Finding]()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libmpg123 writes a line there about each broken frame
    limit_address_space()
    for number in numbers:
        at.value = number
        clip = numbered(number, seed, clips)
        signal.setitimer(signal.ITIMER_PROF, 2 * MAX_CPU_S)  # ends a process that hangs where Python can't see it
        seen = examine(clip)
        tally.add(seen)
        if not seen.is_good:
            findings.append(Finding(clip, str(seen)))
        if number % 100 == 99:
            sender.send((tally, findings))
    signal.setitimer(signal.ITIMER_PROF, 0)
    sender.send((tally, findings))
