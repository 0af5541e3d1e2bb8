"""The dashboard shows every metric, and the compose file starts everything locked up."""

import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from app.telemetry.metrics import Metrics
from model.recognizer import SHIPPED
from tests.labels import LABELS

ROOT = Path(__file__).parent.parent
DASHBOARD = ROOT / "deploy/grafana/dashboards/heed.json"


def counted() -> set[str]:
    """Names of all metrics, without what prometheus_client adds to them."""
    text = Metrics(LABELS, model_name="heed", model_path=SHIPPED).text().decode()
    names = {family.name for family in text_string_to_metric_families(text)}
    return {name for name in names if not name.endswith("_created")}


def shown() -> set[str]:
    """Names of all metrics that the dashboard's expressions ask for."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    expressions = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    return {re.sub("_(total|bucket|sum|count)$", "", name) for name in re.findall(r"\bheed_\w+", expressions)}


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    assert shown() == counted()


def test_every_service_is_locked_up() -> None:
    services = (ROOT / "compose.yaml").read_text().partition("services:")[2].partition("\nvolumes:")[0]

    parts = re.split(r"\n  (?=\w+:\n)", services)[1:]
    wanted = ("<<: *locked-up", 'user: "', "tmpfs:", "mem_limit:", "cpus:")
    assert len(parts) == 3
    assert all(words in part for part in parts for words in wanted)


def test_what_locked_up_means_is_said_once() -> None:
    text = (ROOT / "compose.yaml").read_text().partition("services:")[0]

    assert all(words in text for words in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"))


def test_no_image_of_others_is_without_a_version() -> None:
    images = re.findall(r"image: (\S+)", (ROOT / "compose.yaml").read_text())

    assert all(re.search(r":v?\d+\.\d+\.\d+$", image) for image in images if image != "heed")
