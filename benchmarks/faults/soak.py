"""Send 200,000 requests of every kind, and watch their answers and the memory, handles and threads of the service.

    python -m benchmarks.faults.soak

256 connections, two workers. Exits with 1 if an answer is wrong or a quantity grows.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import accumulate, count
from pathlib import Path
from random import Random

import matplotlib as mpl
import uvloop
from matplotlib import pyplot as plt

from benchmarks.faults.http_client import Client
from benchmarks.faults.mix import Kind, kinds
from benchmarks.faults.resources import QUANTITIES, Sample, growth, sample
from benchmarks.machine import describe
from benchmarks.service import Service, heed
from benchmarks.table import table

N_REQUESTS = 200_000
N_CONNECTIONS = 256
PATIENCE_SECONDS = 60.0
SAMPLE_SECONDS = 1.0
REST_SECONDS = 10.0  # until the service has noticed every connection that is gone
MOST_SECONDS = 3_600.0
PICTURE = Path(__file__).with_name("soak.png")
WARM_UP = 0.1  # of all requests: buffers, arenas and caches reach their size
MOST_GROWTH = {"own memory MB": 0.03, "resident MB": 0.03, "handles": 0.03, "threads": 0.0}
HONEST = ("429", "503")  # with Retry-After, or the fate would say so

Fates = Mapping[str, Counter[str]]


class Soak:
    """Clients that each send one request after another, until they have begun so many together."""

    def __init__(self, service: Service, n_requests: int, seed: int) -> None:
        self.service = service
        self.n_requests = n_requests
        self.seed = seed
        self.kinds = kinds()
        self.n_done = 0
        self.fates: defaultdict[str, Counter[str]] = defaultdict(Counter)
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


def fates_table(kinds: Sequence[Kind], fates: Fates) -> str:
    rows = [(kind.name, fates[kind.name].total(), _listed(fates[kind.name]), " or ".join(kind.right)) for kind in kinds]
    total = sum((fates[kind.name] for kind in kinds), Counter[str]())
    return table(["kind", "sent", "fates", "right"], [*rows, ("all", total.total(), _listed(total), "")])


def wrong_fates(kinds: Sequence[Kind], fates: Fates) -> list[str]:
    """A 503 or 429 with its header is an answer that any request may get."""
    return [
        f"{kind.name}: {n} times {fate}, not {' or '.join(kind.right)}"
        for kind in kinds
        for fate, n in fates[kind.name].items()
        if fate not in kind.right + HONEST
    ]


def growth_table(samples: Sequence[Sample]) -> str:
    columns = ["", "before", "first fifth", "last fifth", "growth", "in 100,000 requests (95 % interval)", "after"]
    rows = []
    for place, name in enumerate(QUANTITIES):
        grew = growth(_warm(samples), place)
        slope = f"{grew.slope:+.2f} ({grew.slope - grew.margin:+.2f} to {grew.slope + grew.margin:+.2f})"
        figures = (samples[0].figures[place], grew.first, grew.last)
        rows.append((name, *(f"{figure:.1f}" for figure in figures), f"{grew.last / grew.first - 1:+.1%}", slope))
        rows[-1] += (f"{samples[-1].figures[place]:.1f}",)
    return table(columns, rows)


def grown(samples: Sequence[Sample]) -> list[str]:
    """Quantities that are not flat, and handles that are still held when all clients are gone."""
    faults = []
    for place, name in enumerate(QUANTITIES):
        grew = growth(_warm(samples), place)
        if grew.last > grew.first * (1 + MOST_GROWTH[name]):
            faults.append(f"{name} grew from {grew.first:.1f} to {grew.last:.1f}")
    handles = QUANTITIES.index("handles")
    before, after = samples[0].figures[handles], samples[-1].figures[handles]
    if after > before:
        faults.append(f"{after - before:g} handles are still held when all clients are gone")
    return faults


def draw(samples: Sequence[Sample], path: Path) -> None:
    mpl.use("Agg")
    figure, rows = plt.subplots(3, 1, figsize=(7, 7), sharex=True, layout="constrained")
    warm = _warm(samples)[0].n_requests
    for axes, name in zip(rows, ("own memory MB", "handles", "threads"), strict=True):
        place = QUANTITIES.index(name)
        axes.plot([each.n_requests for each in samples], [each.figures[place] for each in samples], linewidth=1)
        axes.axvline(warm, color="gray", linestyle="dotted")
        axes.set(ylabel=name)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    rows[-1].set_xlabel("requests")
    figure.savefig(path, dpi=120)


def _warm(samples: Sequence[Sample]) -> list[Sample]:
    """Those taken under load, after the warm-up."""
    least = WARM_UP * samples[-1].n_requests
    return [each for each in samples[1:-1] if each.n_requests >= least]


def _listed(fates: Counter[str]) -> str:
    return ", ".join(f"{fate}: {n}" for fate, n in sorted(fates.items()))


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
