"""What the OpenAPI document says is true, of requests that follow it and of requests that break it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from benchmarks.clips import in_every_format
from model.recognizer import SHIPPED, Recognizer
from tests.app.words.lessons import files
from tests.contract.document import Operation, operations
from tests.contract.requests import Request, broken_requests, numbers_out_of_range, true_requests

CLIPS = list(in_every_format().values())
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"}

drawn = settings(max_examples=400, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    database = f"sqlite:///{tmp_path_factory.mktemp('data')}/words.db"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HEED_")]:
            patch.delenv(name)
        app = create_app(Settings(log_level="error", database=database), Recognizer.load(SHIPPED))
    with TestClient(app, raise_server_exceptions=False) as client:
        client.put("/words/seven", files=files())  # all modules are loaded then: hypothesis draws from their constants
        yield client


@pytest.fixture(scope="module")
def documented(client: TestClient) -> list[Operation]:
    return operations(client.get("/openapi.json").json())


@pytest.fixture(scope="module")
def known(client: TestClient) -> dict[str, list[str]]:
    """Right values of the parameters whose schema can't say which strings are right."""
    labels = client.get("/labels").json()
    words = ["on", "off,on", ",".join(labels["labels"][2:])]
    return {"words": words, "channel": ["0", "mean", "best"], "name": [labels["model"]], "model": [labels["model"]]}


def send(client: TestClient, request: Request) -> Response:
    method, url, headers, content = request
    return client.request(method, url, headers=headers, content=content)


@drawn
@given(data=st.data())
def test_a_request_that_follows_the_document_succeeds_as_described(
    client: TestClient, documented: list[Operation], known: dict[str, list[str]], data: st.DataObject
) -> None:
    without_words = [operation for operation in documented if "/words/" not in operation.path]  # tests/app/words asks
    operation = data.draw(st.sampled_from(without_words))
    request = data.draw(true_requests(operation, CLIPS, known))

    answer = send(client, request)

    assert (answer.status_code, operation.faults(answer)) == (200, []), answer.text


@drawn
@given(data=st.data())
def test_a_request_that_breaks_the_document_is_answered_as_described(
    client: TestClient, documented: list[Operation], data: st.DataObject
) -> None:
    operation = data.draw(st.sampled_from(documented))
    request = data.draw(broken_requests(operation, CLIPS))

    answer = send(client, request)

    assert operation.faults(answer) == [], answer.text


@drawn
@given(data=st.data())
def test_a_number_out_of_its_range_is_refused(
    client: TestClient, documented: list[Operation], data: st.DataObject
) -> None:
    ranges = [
        (operation, parameter["name"], parameter["schema"])
        for operation in documented
        for parameter in operation.parameters
        if "minimum" in parameter["schema"]
    ]
    operation, name, schema = data.draw(st.sampled_from(ranges))
    url = f"{operation.path}?{name}={data.draw(numbers_out_of_range(schema))}"

    answer = client.request(operation.method, url, content=CLIPS[0], headers={"Content-Type": "audio/wav"})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:heed:bad-parameter")


def test_a_method_that_is_not_described_is_answered_405(client: TestClient, documented: list[Operation]) -> None:
    described = {(operation.method, operation.path) for operation in documented}
    paths = {path for _, path in described} - {"/words/export", "/words/import"}  # they could be words' addresses too
    others = [(method, path) for path in paths for method in METHODS if (method, path) not in described]

    answers = [client.request(method, path) for method, path in others]

    assert {(answer.status_code, "allow" in answer.headers) for answer in answers} == {(405, True)}


def test_without_a_key_each_operation_answers_as_its_security_says(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a-key-for-the-contract-0123456789")
    client = TestClient(create_app(Settings(api_keys_file=tmp_path / "keys"), Recognizer.load(SHIPPED)))
    documented = operations(client.get("/openapi.json").json())

    answers = [(operation, client.request(operation.method, operation.path)) for operation in documented]

    refused = [operation.path for operation, answer in answers if answer.status_code == 401]
    assert refused == [operation.path for operation in documented if operation.described["security"]]
    assert [operation.faults(answer) for operation, answer in answers if answer.status_code == 401] == [[]] * len(
        refused
    )
