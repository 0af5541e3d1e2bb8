"""The OpenAPI document says how to send a clip and what can come back."""

from typing import Any

import pytest
from starlette.testclient import TestClient


@pytest.fixture
def transcribe(client: TestClient) -> dict[str, Any]:
    operation: dict[str, Any] = client.get("/openapi.json").json()["paths"]["/transcribe"]["post"]
    return operation


def test_a_clip_is_documented_as_form_and_as_body(transcribe: dict[str, Any]) -> None:
    content = transcribe["requestBody"]["content"]

    assert list(content) == ["multipart/form-data", "audio/*", "application/octet-stream"]
    assert content["multipart/form-data"]["schema"]["properties"]["file"]["format"] == "binary"


def test_every_error_is_documented_as_a_problem(transcribe: dict[str, Any]) -> None:
    errors = {status: answer for status, answer in transcribe["responses"].items() if status != "200"}

    assert set(errors) == {"400", "413", "415", "422", "503"}
    assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values())


def test_parameters_are_documented_with_range_and_default(transcribe: dict[str, Any]) -> None:
    schemas = {parameter["name"]: parameter["schema"] for parameter in transcribe["parameters"]}

    top_k, threshold = schemas["top_k"], schemas["threshold"]
    assert (top_k["minimum"], top_k["maximum"], top_k["default"]) == (1, 12, 3)
    assert (threshold["minimum"], threshold["maximum"], threshold["default"]) == (0, 1, 0.5)


def test_readiness_is_documented_with_its_503(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert "application/problem+json" in paths["/readyz"]["get"]["responses"]["503"]["content"]
