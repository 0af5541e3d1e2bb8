"""Addresses, local names and listed ones reach the service; names that a stranger may own do not."""

import socket
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.main import create_app
from app.middleware.hosts import is_known
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.raw_socket import received
from tests.app.serving import serving
from tests.signals import encode, noise

LISTED = ("heed.example", "*.home.example")
ADDRESSES = ["127.0.0.1", "192.168.1.7:8000", "[::1]", "[fe80::1]:8000", "[::ffff:10.0.0.1]", "127.1"]
LOCAL = ["localhost", "LOCALHOST:8000", "heed.localhost", "heed", "heed:8000", "heed.", "raspberrypi.local:8000"]
LOCAL += ["host.docker.internal", "heed.default.svc.cluster.local", "pi.home.arpa", "my_heed:8000"]
FOREIGN = ["evil.example", "evil.example:8000", "evil.example.", "localhost.evil.example", "127.0.0.1.evil.example"]
FOREIGN += ["evillocal.example", "xn--lcal-5qa.example", "7f000001.evil.example", "local.evil", "heed.example.evil"]
BROKEN = [
    "evil.example:80:80",
    "evil.example@localhost",
    "localhost/evil.example",
    "[evil.example]",
    "a b",
    ".local",
    "é",
]


@pytest.fixture
def client_with(recognizer: Recognizer) -> Callable[..., TestClient]:
    return lambda **settings: TestClient(create_app(Settings(**settings), recognizer))


@pytest.mark.parametrize("host", [*ADDRESSES, *LOCAL])
def test_addresses_and_local_names_are_answered(client_with: Callable[..., TestClient], host: str) -> None:
    answer = client_with().get("/labels", headers={"Host": host})

    assert answer.status_code == 200


@pytest.mark.parametrize("host", [*FOREIGN, *BROKEN])
def test_other_names_are_refused_with_the_setting(client_with: Callable[..., TestClient], host: str) -> None:
    answer = client_with(hosts=LISTED).post("/transcribe", content=encode(noise()), headers=[(b"Host", host.encode())])

    problem = answer.json()
    assert (answer.status_code, problem["title"]) == (421, "Misdirected Request")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "HEED_HOSTS" in problem["detail"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_rebound_page_gets_no_stream_though_its_origin_is_the_host(client_with: Callable[..., TestClient]) -> None:
    headers = {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}

    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client_with().websocket_connect("/stream", headers=headers),
    ):
        pass

    assert refused.value.status_code == 421
    assert "HEED_HOSTS" in refused.value.json()["detail"]


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/docs", "/openapi.json", "/livez", "/metrics", "/nowhere"])
def test_nothing_is_answered_for_another_name(client_with: Callable[..., TestClient], path: str) -> None:
    answer = client_with().get(path, headers={"Host": "evil.example"})

    assert answer.status_code == 421


def test_a_rebound_page_learns_nothing_of_listed_origins(client_with: Callable[..., TestClient]) -> None:
    client = client_with(cors_origins=("https://home.example",))
    headers = {"Host": "evil.example", "Origin": "https://home.example", "Access-Control-Request-Method": "POST"}

    answer = client.options("/transcribe", headers=headers)

    assert answer.status_code == 421


def test_under_v1_the_refusal_has_the_form_of_openai(client_with: Callable[..., TestClient]) -> None:
    answer = client_with().get("/v1/models", headers={"Host": "evil.example"})

    assert answer.status_code == 421
    assert "HEED_HOSTS" in answer.json()["error"]["message"]


@pytest.mark.parametrize("host", ["heed.example", "HEED.example:443", "a.home.example", "a.b.home.example"])
def test_listed_names_are_answered(client_with: Callable[..., TestClient], host: str) -> None:
    answer = client_with(hosts=LISTED).get("/labels", headers={"Host": host})

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["home.example", "evilhome.example", "a.heed.example"])
def test_a_wildcard_stands_for_names_below_it_and_a_name_for_itself(
    client_with: Callable[..., TestClient], host: str
) -> None:
    answer = client_with(hosts=LISTED).get("/labels", headers={"Host": host})

    assert answer.status_code == 421


@pytest.mark.parametrize("host", ["evil.example", "a b"])
def test_a_star_lets_every_name_through(client_with: Callable[..., TestClient], host: str) -> None:
    answer = client_with(hosts=("*",)).get("/labels", headers={"Host": host})

    assert answer.status_code == 200


def test_the_machine_s_own_name_is_answered(
    client_with: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Pi.house.example")

    answer = client_with().get("/labels", headers={"Host": "pi.house.example:8000"})

    assert answer.status_code == 200


@pytest.mark.parametrize("lines", [b"", b"Host:\r\n"])
def test_a_program_may_name_no_host(recognizer: Recognizer, lines: bytes) -> None:
    with (
        serving(create_app(Settings(), recognizer)) as server,
        socket.create_connection(("127.0.0.1", server.config.port)) as client,
    ):
        client.sendall(b"GET /livez HTTP/1.0\r\n" + lines + b"\r\n")
        answer = received(client)

    assert answer.startswith(b"HTTP/1.1 200 ")


@given(name=st.from_regex(r"[a-z0-9-]{1,9}(\.[a-z0-9-]{1,9}){0,3}", fullmatch=True))
def test_no_name_below_a_public_suffix_is_known_unless_it_is_listed(name: str) -> None:
    assert not is_known(f"{name}.example", ())
    assert is_known(f"{name}.example", ("*.example",))


def test_a_refusal_is_counted_and_its_host_is_in_the_log(
    client_with: Callable[..., TestClient], capsys: pytest.CaptureFixture[str]
) -> None:
    client = client_with()

    client.get("/readyz", headers={"Host": "evil.example"})

    assert "does not answer for the host evil.example; HEED_HOSTS lists" in capsys.readouterr().err
    assert 'route="/readyz",status="421"} 1.0' in client.get("/metrics").text
