"""Imports lean one way: app, bulk -> model <- training, inside model from sound to decision; clients stand alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# "" is where a relative import starts
OURS = {"app", "model", "training", "bulk", "deploy", "tests", "benchmarks", "fuzz", "lessons", "heed_client", ""}
LEANS_ON = {
    "app": {"app", "model"},
    "model": {"model"},
    "training": {"training", "model"},
    "bulk": {"bulk", "model"},
    "deploy": {"app"},
    "benchmarks": {
        "benchmarks",
        "model",
        "training",
        "bulk",
        "deploy",
    },  # they start the service as a process of its own
    "fuzz": {"fuzz", "benchmarks", "model"},
    "lessons": {"lessons", "model", "training"},
    "clients": {"heed_client"},  # it is installed where nothing else of heed is
}
LEANS_ON_IN_MODEL = {
    "errors": set[str](),
    "labels": set[str](),
    "wav": {"errors"},
    "ogg": {"errors"},
    "alignment": {"wav"},
    "containers": {"alignment", "errors", "mp3", "ogg", "wav"},
    "av_protocol": set[str](),
    "av_process": {"av_protocol"},
    "av_client": {"av_protocol", "containers", "errors"},
    "av_decoder": {"av_client", "containers", "errors", "wav"},
    "full_scale": {"errors"},
    "channels": {"errors"},
    "raw_pcm": {"wav"},
    "digest": {"errors"},
    "audio": {"av_decoder", "channels", "containers", "errors", "full_scale", "wav"},
    "framing": {"audio"},
    "frontend": {"audio", "framing"},
    "networks": {"networks"},
    "checkpoint": {"errors", "frontend", "labels", "networks"},
    "engines": {"audio", "checkpoint", "engines", "errors", "framing", "labels", "networks"},
    "decision": {"audio", "engines", "labels"},
    "restriction": {"engines", "labels"},
    "windows": {"audio", "decision", "engines", "framing"},
    "extent": {"audio"},
    "embedding": {"audio", "errors"},
    "logistic": set[str](),
    "bank": {"digest", "embedding", "errors", "labels"},
    "recording": {"audio", "errors"},
    "teaching": {"audio", "bank", "embedding", "errors", "logistic", "recording"},
    "appraisal": {"bank", "engines", "labels", "logistic", "teaching"},
    "enrolled": {"audio", "engines", "labels", "logistic", "teaching"},
    "voices": {"audio", "errors"},
    "second_opinion": {"audio", "digest", "embedding", "engines", "errors", "labels"},
    "detector": {
        "audio",
        "decision",
        "engines",
        "enrolled",
        "extent",
        "framing",
        "labels",
        "restriction",
        "second_opinion",
    },
    "spotter": {"audio", "detector", "engines", "enrolled", "framing", "restriction", "second_opinion", "windows"},
    "recognizer": {
        "audio",
        "checkpoint",
        "decision",
        "digest",
        "engines",
        "enrolled",
        "errors",
        "labels",
        "restriction",
        "second_opinion",
        "detector",
        "spotter",
        "teaching",
    },
    "microphone": {"audio", "errors"},
    "__main__": {"audio", "detector", "errors", "microphone", "recognizer", "second_opinion", "spotter"},
}
AROUND_MODELS = {"errors", "middleware", "openapi", "parameters", "refusals", "schemas", "settings", "telemetry"}
LEANS_ON_IN_APP = {
    "routers": AROUND_MODELS | {"models", "queue", "routers", "streaming", "words"},
    "streaming": AROUND_MODELS | {"models", "queue", "streaming", "version"},
    "words": {"models", "parameters", "refusals", "telemetry", "words"},
    "folder": {"models", "settings", "telemetry"},
    "models": {"decoding", "queue", "refusals", "settings", "telemetry"},
    "decoding": {"queue", "refusals"},
    "queue": {"refusals", "telemetry"},
    "middleware": {"errors", "middleware", "refusals"},
    "telemetry": {"telemetry"},
    "server": {"errors", "schemas", "server"},
}


def imported(file: Path) -> set[tuple[str, ...]]:
    """Everything of ours that a file imports, as its dotted name in parts."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            names |= {f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names}
    return {tuple(name.split(".")) for name in names if name.split(".")[0] in OURS}


@pytest.mark.parametrize("part", LEANS_ON)
def test_each_part_leans_on_no_other_than_it_may(part: str) -> None:
    leans_on = {name[0] for file in (ROOT / part).rglob("*.py") for name in imported(file)}

    assert leans_on <= LEANS_ON[part]


@pytest.mark.parametrize("file", sorted((ROOT / "model").rglob("*.py")), ids=str)
def test_inside_model_each_file_leans_on_earlier_stages_only(file: Path) -> None:
    stage = file.relative_to(ROOT / "model").parts[0].removesuffix(".py")

    leans_on = {name[1] for name in imported(file)}

    assert leans_on <= LEANS_ON_IN_MODEL.get(stage, set())


@pytest.mark.parametrize("folder", LEANS_ON_IN_APP)
def test_inside_app_the_interfaces_lean_on_the_models_and_never_the_other_way(folder: str) -> None:
    files = [*(ROOT / "app" / folder).rglob("*.py"), *(ROOT / "app").glob(f"{folder}.py")]

    leans_on = {name[1] for file in files for name in imported(file) if name[0] == "app"}

    assert leans_on <= LEANS_ON_IN_APP[folder]


@pytest.mark.parametrize("folder", ["middleware", "telemetry", "server"])
def test_what_surrounds_the_routes_knows_no_recognizer(folder: str) -> None:
    files = (ROOT / "app" / folder).rglob("*.py")

    assert not [file for file in files for name in imported(file) if name[0] == "model"]
