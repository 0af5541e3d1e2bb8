"""Plan for more than one machine, from what one core was measured to do: ``python -m benchmarks.scale``."""

import argparse
import sys

import numpy as np

from benchmarks.scale.capacity import Measured, loads, plan, training_speedup
from benchmarks.scale.waiting import answer_times
from benchmarks.table import table

UTILIZATIONS = (0.5, 0.7, 0.8, 0.9, 0.95)
PROCESSES = (1, 8, 64)
N_CLIPS = 200_000
WARM_UP = 20_000  # clips, which find the queues empty
STEP_SECONDS, GRADIENT_BYTES = 0.162, 4 * 772_192  # of 128 clips on one core; of the network that ships
LINKS = {  # between two processes: bytes a second and seconds of latency
    "two processes of one processor, gloo (measured: 5.7 ms)": (540e6, 0.0),
    "machines with 10 Gbit/s Ethernet": (1.1e9, 50e-6),
    "GPUs with NVLink": (200e9, 5e-6),
}
GPU_STEP_SECONDS = 0.01  # assumed, for 128 clips


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--price", type=float, default=0.04, help="of a core for an hour (0.04)")
    parser.add_argument("--cores", type=int, default=16, help="of a machine (16)")
    parser.add_argument(
        "--utilization", type=float, default=0.7, help="share of the time in which cores may work (0.7)"
    )
    options = parser.parse_args()
    measured = Measured()
    print(_waiting(measured))
    print(_plans(measured, options))
    print(_training())
    return 0


def _waiting(measured: Measured) -> str:
    """The 99th percentile of the time to an answer, by utilization and number of processes."""
    generator = np.random.default_rng(0)
    rows = []
    for utilization in UTILIZATIONS:
        taken = [
            answer_times(
                n_processes=n,
                utilization=utilization,
                service_seconds=1 / measured.clips,
                n_clips=N_CLIPS,
                generator=generator,
            )[WARM_UP:]
            for n in PROCESSES
        ]
        cells = [f"{1e3 * np.median(times):.1f}, {1e3 * np.quantile(times, 0.99):.1f}" for times in taken]
        rows.append([f"{utilization:.0%}", *cells])
    return table(["utilization", *(f"{n} processes: p50, p99 in ms" for n in PROCESSES)], rows)


def _plans(measured: Measured, options: argparse.Namespace) -> str:
    rows = []
    for load in loads(measured):
        made = plan(load, measured, utilization=options.utilization, cores_a_machine=options.cores, price=options.price)
        rows.append(
            [
                load.name,
                f"{made.cores:,}",
                f"{made.machines:,}",
                f"{made.a_month:,.0f}",
                f"{made.gbit:.1f}",
                f"{made.haproxy_threads:.1f}",
                f"{made.polls_share:.0%}",
            ]
        )
    columns = ["load", "cores", "machines", "price a month", "Gbit/s", "threads of HAProxy", "of PostgreSQL's polls"]
    return table(columns, rows)


def _training() -> str:
    rows = []
    for name, (bytes_a_second, latency) in LINKS.items():
        step = GPU_STEP_SECONDS if "GPU" in name else STEP_SECONDS
        speedups = [
            training_speedup(
                n,
                step_seconds=step,
                gradient_bytes=GRADIENT_BYTES,
                bytes_a_second=bytes_a_second,
                latency_seconds=latency,
            )
            for n in (2, 8, 64)
        ]
        rows.append([name, *(f"{speedup:.1f}" for speedup in speedups)])
    return table(["link", "2 processes", "8", "64"], rows)


if __name__ == "__main__":
    sys.exit(main())
