"""On Ray Serve the service answers as it does by itself: clips, streams, keys, limits, request ids."""

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

pytest.importorskip("ray", reason="Ray has an environment of its own, in which scripts/ray runs this")

from benchmarks.service import Service
from benchmarks.speed.ray_serve import on_ray

EXAMPLES = Path("examples")
KEY = "a-key-of-more-than-32-characters-0123456789"
HEADERS = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One node, one replica, and an API key."""
    keys = tmp_path_factory.mktemp("keys") / "keys.txt"
    keys.write_text(KEY)
    with on_ray(1, key=KEY, api_keys_file=keys, max_requests_per_second=20) as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=service.url(""), headers=HEADERS) as client:
        yield client


def test_a_clip_is_answered(client: httpx2.Client) -> None:
    answer = client.post("/transcribe", files={"file": (EXAMPLES / "left.wav").read_bytes()})

    assert answer.json()["text"] == "left"


def test_a_stream_passes_through(service: Service) -> None:
    url = service.url("/stream").replace("http", "ws", 1)
    with wave.open(str(EXAMPLES / "left.wav")) as clip, connect(url, additional_headers=HEADERS) as stream:
        stream.send('{"config": {"sample_rate": 16000}}')
        stream.send(clip.readframes(clip.getnframes()))
        heard = [json.loads(stream.recv())]
        stream.send('{"eof": 1}')
        heard.append(json.loads(stream.recv()))

    assert "left" in " ".join(answer.get("text", "") for answer in heard)


def test_an_answer_has_the_id_of_its_request_once(client: httpx2.Client) -> None:
    answer = client.get("/labels", headers={"X-Request-ID": "mine"})

    assert answer.headers.get_list("X-Request-ID") == ["mine"]


def test_a_request_without_a_key_is_refused(service: Service) -> None:
    answer = httpx2.get(service.url("/labels"))

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_replica_counts_what_it_has_answered(client: httpx2.Client) -> None:
    text = client.get("/metrics").raise_for_status().text

    assert 'heed_http_requests_total{method="POST",route="/transcribe",status="200"}' in text


def test_a_client_that_asks_too_often_is_told_when_to_ask_again(client: httpx2.Client) -> None:
    answers = [client.get("/labels") for _ in range(100)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(answer.headers["Retry-After"] == "1" for answer in refused)
