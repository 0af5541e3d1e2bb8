"""A real service and a mix of good, bad, huge and torn requests in, their fates and what the service came to hold out.

    python -m benchmarks.faults.soak

200,000 requests at 256 connections against two workers; exits with 1 if an answer is wrong or something grows.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from itertools import accumulate, count
from pathlib import Path
from random import Random

import uvloop

from benchmarks.faults.http_client import Client
from benchmarks.faults.mix import Kind, kinds
from benchmarks.faults.resources import Sample, sample
from benchmarks.faults.soak_report import PICTURE, draw, fates_table, grown, growth_table, wrong_fates
from benchmarks.machine import describe
from benchmarks.service import Service, heed

N_REQUESTS = 200_000
N_CONNECTIONS = 256
PATIENCE_SECONDS = 60.0
SAMPLE_SECONDS = 1.0
REST_SECONDS = 10.0  # until the service has noticed every connection that is gone
MOST_SECONDS = 3_600.0

Fates = defaultdict[str, Counter[str]]


class Soak:
    """Clients that each do one thing after another until so many things were begun together."""

    def __init__(self, service: Service, n_requests: int, seed: int) -> None:
        self.service = service
        self.n_requests = n_requests
        self.seed = seed
        self.kinds = kinds()
        self.n_done = 0
        self.fates: Fates = defaultdict(Counter)
        self.samples: list[Sample] = []
        self._numbers = count()
        self._weights = list(accumulate(kind.weight for kind in self.kinds))

    async def run(self) -> None:
        self._sample()
        await asyncio.sleep(SAMPLE_SECONDS)
        watch = asyncio.create_task(self._watch())
        async with asyncio.timeout(MOST_SECONDS):
            await asyncio.gather(*(self._client(number) for number in range(N_CONNECTIONS)))
        watch.cancel()
        await asyncio.sleep(REST_SECONDS)
        self._sample()

    async def _client(self, number: int) -> None:
        random = Random(f"{self.seed} {number}")
        async with Client(self.service.port) as client:
            while next(self._numbers) < self.n_requests:
                (kind,) = random.choices(self.kinds, cum_weights=self._weights)
                self.fates[kind.name][await _fate(kind, client, random)] += 1
                self.n_done += 1

    async def _watch(self) -> None:
        while True:
            self._sample()
            await asyncio.sleep(SAMPLE_SECONDS)

    def _sample(self) -> None:
        with suppress(FileNotFoundError):  # a process that ends meanwhile
            self.samples.append(sample(self.service.pid, self.n_done))


async def _fate(kind: Kind, client: Client, random: Random) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await kind.act(client, random)
    except (OSError, TimeoutError, EOFError) as error:
        client.leave()
        return type(error).__name__


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults.soak", description="Soak a real service.")
    parser.add_argument("--requests", type=int, default=N_REQUESTS, help=f"how many ({N_REQUESTS})")
    parser.add_argument("--seed", type=int, default=1, help="what the mix follows from (1)")
    parser.add_argument("--out", type=Path, default=PICTURE, help=f"the picture (benchmarks/faults/{PICTURE.name})")
    options = parser.parse_args()
    print(describe("uvicorn", "fastapi", "onnxruntime", "numpy"), flush=True)
    with heed(workers=2) as service:
        soak, started = Soak(service, options.requests, options.seed), time.monotonic()
        uvloop.run(soak.run())
    print(f"{soak.n_done:,} requests, {N_CONNECTIONS} connections, {time.monotonic() - started:.0f} s\n")
    print(fates_table(soak.kinds, soak.fates) + "\n")
    print(growth_table(soak.samples) + "\n")
    draw(soak.samples, options.out)
    faults = [*wrong_fates(soak.kinds, soak.fates), *grown(soak.samples)]
    print("\n".join(faults) or "No answer was wrong, and nothing grew.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
