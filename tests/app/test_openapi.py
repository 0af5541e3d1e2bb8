"""The OpenAPI document says how to send a clip and what can come back."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return document


@pytest.fixture(params=["/transcribe", "/inspect"])
def operation(document: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"][request.param]["post"]
    return operation


def test_a_clip_is_documented_as_form_and_as_body(operation: dict[str, Any]) -> None:
    content = operation["requestBody"]["content"]

    assert list(content) == ["multipart/form-data", "application/octet-stream"]
    assert content["multipart/form-data"]["schema"]["properties"]["file"]["format"] == "binary"


def test_every_error_is_documented_as_a_problem(operation: dict[str, Any]) -> None:
    errors = {status: answer for status, answer in operation["responses"].items() if status != "200"}

    assert set(errors) == {"400", "401", "403", "404", "408", "413", "415", "421", "422", "429", "503"}
    assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values())


def test_parameters_are_documented_with_range_and_default(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/transcribe"]["post"]["parameters"]

    schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}
    top_k, threshold = schemas["top_k"], schemas["threshold"]
    assert (top_k["minimum"], top_k["maximum"], top_k["default"]) == (1, 12, 3)
    assert (threshold["minimum"], threshold["maximum"], threshold["default"]) == (0, 1, 0.5)


@pytest.mark.parametrize(
    ("path", "method"),
    [("/transcribe", "post"), ("/inspect", "post"), ("/audio-classification", "post"), ("/labels", "get")],
)
def test_the_choice_of_a_model_is_documented_once(document: dict[str, Any], path: str, method: str) -> None:
    parameters = document["paths"][path][method]["parameters"]

    assert [parameter["in"] for parameter in parameters if parameter["name"] == "model"] == ["query"]


def test_an_inspection_is_documented_with_its_parts(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    parts = ["transcription", "labels", "envelope", "frame_seconds", "frames", "looks"]
    assert list(schemas["Inspection"]["properties"]) == parts


def test_the_version_is_that_of_the_project(document: dict[str, Any]) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

    assert document["info"]["version"] == project["version"]


def test_how_to_stream_stands_in_the_description(document: dict[str, Any]) -> None:
    description = document["info"]["description"]

    assert all(word in description for word in ("WS /stream", '{"config": {"sample_rate": 8000}}', '{"eof": 1}'))


def test_where_keys_are_asked_for_each_operation_but_health_says_so(tmp_path: Path, recognizer: Recognizer) -> None:
    (tmp_path / "keys").write_text("first-key-of-the-house")
    client = TestClient(create_app(Settings(api_keys_file=tmp_path / "keys"), recognizer))

    document = client.get("/openapi.json").json()

    paths = document["paths"]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert paths["/transcribe"]["post"]["security"] == paths["/labels"]["get"]["security"] == [{"key": []}]
    assert paths["/livez"]["get"]["security"] == []


def test_where_no_keys_are_asked_for_no_operation_needs_one(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert all(operation["security"] == [] for operation in operations)


def test_a_problem_is_described_once(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    answers = [answer for operation in operations for answer in operation["responses"].values()]

    contents = [answer["content"].get("application/problem+json") for answer in answers if "content" in answer]

    schemas = {str(content["schema"]) for content in contents if content}
    assert schemas == {"{'$ref': '#/components/schemas/Problem'}"}


def test_openais_form_of_an_error_is_described_once(document: dict[str, Any]) -> None:
    operations = [
        operation for path, paths in document["paths"].items() if "/v1/" in path for operation in paths.values()
    ]

    answers = [
        answer for operation in operations for status, answer in operation["responses"].items() if status > "400"
    ]

    schemas = {str(answer["content"]["application/json"]["schema"]) for answer in answers}
    assert schemas == {"{'$ref': '#/components/schemas/OpenAIError'}"}


def test_operations_have_short_names_and_descriptions(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert max(len(name) for name in names) <= 20
    assert all(operation["description"] for operation in operations)


def test_readiness_is_documented_with_its_503(document: dict[str, Any]) -> None:
    paths = document["paths"]

    assert "application/problem+json" in paths["/readyz"]["get"]["responses"]["503"]["content"]


def test_every_503_is_documented_with_its_retry_after(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    unready = [operation["responses"]["503"] for operation in operations if "503" in operation["responses"]]

    assert len(unready) == 16
    assert all(answer["headers"]["Retry-After"]["required"] for answer in unready)
