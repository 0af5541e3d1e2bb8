"""A Ray cluster whose nodes are network namespaces of this machine, each with an address and processes of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.speed.ray_serve import of_nodes

BRIDGE, NETWORK, GCS_PORT, PORT = "heed-ray", "10.77.0", 6379, 8000
N_CPUS = 2
FIRST_REPLICA_PORT = 30_000
START_S = 150.0
PYTHON = Path(sys.executable)


@dataclass(frozen=True)
class Node:
    """A node of the cluster; the first one is its head."""

    number: int

    @property
    def name(self) -> str:
        return f"{BRIDGE}-{self.number}"

    @property
    def address(self) -> str:
        return f"{NETWORK}.{self.number + 1}"

    def join(self, environment: dict[str, str]) -> None:
        """Start Ray here; the processes go on by themselves."""
        head = f"{Node(1).address}:{GCS_PORT}"
        role = ["--head", f"--port={GCS_PORT}", "--include-dashboard=false"]
        role = role if self.number == 1 else [f"--address={head}"]
        options = [f"--num-cpus={N_CPUS}", f"--node-ip-address={self.address}", "--disable-usage-stats"]
        self.call([os.fspath(PYTHON.with_name("ray")), "start", *role, *options], environment)

    def call(self, command: Sequence[str], environment: dict[str, str]) -> None:
        inside = ["ip", "netns", "exec", self.name, *command]
        subprocess.run(inside, check=True, env=os.environ | environment, stdout=subprocess.DEVNULL)

    def begin(self, command: Sequence[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        inside = ["ip", "netns", "exec", self.name, *command]
        return subprocess.Popen(inside, env=os.environ | environment, stdout=subprocess.DEVNULL)

    def pids(self, name: str = "") -> list[int]:
        """The processes here whose command line holds a name."""
        listing = subprocess.run(["ip", "netns", "pids", self.name], check=True, capture_output=True, text=True).stdout
        return [pid for pid in map(int, listing.split()) if name in _command(pid)]

    def kill(self, name: str = "") -> float:
        """Kill processes, and return when that was."""
        pids = self.pids(name)
        at = time.monotonic()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return at

    def link(self, state: str) -> float:
        """Plug the network in (up) or out (down), and return when that was."""
        at = time.monotonic()
        _ip("link", "set", f"{self.name}-b", state)
        return at

    def is_serving(self) -> bool:
        """Tell whether HAProxy here says that a replica is up."""
        return get(self.address, PORT, "/-/healthz") == b"success"


@contextmanager
def serving(n_nodes: int, settings: dict[str, str]) -> Iterator[list[Node]]:
    """Serve heed on a cluster with a replica a node."""
    with cluster(n_nodes, settings) as nodes:
        server = [os.fspath(PYTHON), "-m", "benchmarks.speed.ray_server", str(PORT), str(n_nodes), "auto"]
        nodes[0].begin(server, environment(settings))
        wait_for(nodes)
        yield nodes


@contextmanager
def cluster(n_nodes: int, settings: dict[str, str]) -> Iterator[list[Node]]:
    """Start Ray on nodes that reach each other, and kill all their processes at the end."""
    nodes = [Node(number) for number in range(1, n_nodes + 1)]
    _ip("link", "set", "lo", "up")
    _ip("link", "add", BRIDGE, "type", "bridge")
    try:
        _ip("address", "add", f"{NETWORK}.1/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for node in nodes:
            _connect(node)
            node.join(environment(settings))
        yield nodes
    finally:
        for node in nodes:
            with suppress(subprocess.CalledProcessError):
                node.kill()
                _ip("netns", "delete", node.name)


def rejoin(lost: Sequence[Node], settings: dict[str, str]) -> None:
    """Start nodes anew that were lost."""
    for node in lost:
        node.kill()
        node.join(environment(settings))


def environment(settings: dict[str, str]) -> dict[str, str]:
    """What every process of the cluster is started with."""
    return of_nodes() | settings | {"RAY_AUTH_MODE": "disabled", "PYTHONPATH": os.fspath(Path.cwd())}


def wait_for(nodes: Sequence[Node]) -> None:
    """Wait until there are as many replicas as nodes, and every node that has one takes requests; Ray needs no others.

    Raises:
        TimeoutError: that took too long.
    """
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        has_replica = [node for node, _ in replicas(nodes)]
        if len(has_replica) == len(nodes) and all(node.is_serving() for node in has_replica):
            return
        time.sleep(0.5)
    up = [node.number for node in nodes if node.is_serving()]
    has = [node.number for node, _ in replicas(nodes)]
    raise TimeoutError(f"the cluster was not whole within {START_S:g} s: nodes {up} serve, nodes {has} have replicas")


def replicas(nodes: Sequence[Node]) -> list[tuple[Node, int]]:
    """The node and the process of each replica."""
    return [(node, pid) for node in nodes for pid in node.pids("ray::ServeReplica")]


def get(address: str, port: int, path: str) -> bytes | None:
    connection = HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def _connect(node: Node) -> None:
    inside, outside = f"{node.name}-a", f"{node.name}-b"
    Path("/run/netns", node.name).unlink(missing_ok=True)  # of a run that was killed
    _ip("netns", "add", node.name)
    _ip("link", "add", inside, "type", "veth", "peer", "name", outside)
    _ip("link", "set", inside, "netns", node.name)
    _ip("link", "set", outside, "master", BRIDGE, "up")
    for command in (
        ["address", "add", f"{node.address}/24", "dev", inside],
        ["link", "set", inside, "up"],
        ["link", "set", "lo", "up"],
    ):
        _ip("-n", node.name, *command)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""
