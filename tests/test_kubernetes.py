"""The manifests of Kubernetes fit the newest schema, each other, and the service's settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from app.settings import Settings

FOLDER = Path(__file__).parents[1] / "deploy/kubernetes"
OVERLAYS = sorted(path for path in FOLDER.iterdir() if path.name != "base")
Manifest = dict[str, Any]


def rendered(folder: Path) -> Iterator[Manifest]:
    """What ``kubectl kustomize`` gives, since the overlays only list resources and patch none."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert set(kustomization) == {"apiVersion", "kind", "resources"}
    for name in kustomization["resources"]:
        path = folder / name
        if path.is_dir():
            yield from rendered(path.resolve())
        else:
            yield from yaml.safe_load_all(path.read_text())


def of_kind(kind: str) -> Manifest:
    (found,) = [manifest for manifest in rendered(FOLDER / "monitoring") if manifest["kind"] == kind]
    return found


def container() -> Manifest:
    containers: list[Manifest] = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
    return containers[0]


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda overlay: overlay.name)
def test_all_that_an_overlay_makes_fits_the_newest_schema(overlay: Path) -> None:
    version = kubernetes_validate.latest_version()
    builtin = [manifest for manifest in rendered(overlay) if manifest["kind"] != "ServiceMonitor"]

    for manifest in builtin:
        kubernetes_validate.validate(manifest, version, strict=True)

    assert {manifest["kind"] for manifest in builtin} >= {"Deployment", "Service", "HorizontalPodAutoscaler"}


def test_every_manifest_is_used() -> None:
    made = [manifest for overlay in OVERLAYS for manifest in rendered(overlay)]
    files = [path for path in FOLDER.rglob("*.yaml") if path.name != "kustomization.yaml"]

    names = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in made}

    assert len(names) == len(files)


def test_all_select_the_pods_of_the_deployment() -> None:
    labels = of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]

    selectors = [
        of_kind("Deployment")["spec"]["selector"]["matchLabels"],
        of_kind("Service")["spec"]["selector"],
        of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ]

    assert selectors == 4 * [labels]
    assert of_kind("ServiceMonitor")["spec"]["selector"]["matchLabels"] == of_kind("Service")["metadata"]["labels"]


def test_what_a_container_is_told_are_settings_of_heed() -> None:
    names = {variable["name"].removeprefix("HEED_").lower() for variable in container()["env"]}

    assert names <= set(Settings.model_fields)


def test_a_pod_may_stop_before_it_is_killed() -> None:
    pod, drain = of_kind("Deployment")["spec"]["template"]["spec"], {"HEED_DRAIN_SECONDS"}
    (drain_seconds,) = [float(variable["value"]) for variable in container()["env"] if variable["name"] in drain]
    before_seconds = container()["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert pod["terminationGracePeriodSeconds"] >= before_seconds + drain_seconds + 10


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_probes_ask_for_what_is_open_without_a_key(probe: str) -> None:
    assert container()[probe]["httpGet"]["path"] in ("/livez", "/readyz")


def test_a_container_has_no_rights_to_spare() -> None:
    context = container()["securityContext"]
    pod = of_kind("Deployment")["spec"]["template"]["spec"]

    assert context["readOnlyRootFilesystem"]
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert not context["allowPrivilegeEscalation"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert not pod["automountServiceAccountToken"]
