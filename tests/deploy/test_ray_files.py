"""What is deployed on Ray is the same in every file that says it."""

from pathlib import Path
from typing import Any

import yaml

from benchmarks.speed.ray_serve import of_nodes

RAY = Path("deploy/ray")


def service() -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load((RAY / "rayservice.yaml").read_text())["spec"]
    return spec


def test_the_pods_have_the_environment_of_every_node() -> None:
    cluster = service()["rayClusterConfig"]
    pods = [group["template"]["spec"] for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"])]

    variables = [{one["name"]: one["value"] for one in pod["containers"][0]["env"]} for pod in pods]

    assert variables == 2 * [of_nodes()]


def test_the_pods_serve_what_serve_yaml_deploys() -> None:
    (heed,) = yaml.safe_load((RAY / "serve.yaml").read_text())["applications"]
    (of_pods,) = yaml.safe_load(service()["serveConfigV2"])["applications"]

    assert of_pods == heed


def test_the_pods_run_the_version_that_is_pinned() -> None:
    pins = Path("requirements-ray.txt").read_text()

    assert f"ray[serve,haproxy,data]=={service()['rayClusterConfig']['rayVersion']}\n" in pins
