"""A client counts for its address, however it is written, and for one client's part of an IPv6 network."""

import httpx2
import pytest

from app.main import create_app
from app.middleware.client_address import client_address
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.serving import serving


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
        (100_000 * "9", "unknown"),
    ],
)
def test_an_address_is_named_the_same_however_it_is_written(host: str, address: str) -> None:
    assert client_address({"type": "http", "client": (host, 1234)}) == address


def test_a_socket_without_an_address_is_unknown() -> None:
    assert client_address({"type": "http", "client": None}) == "unknown"


@pytest.mark.parametrize(
    ("trusted", "statuses"),
    [
        pytest.param("127.0.0.1", [200, 429, 200], id="a trusted proxy's last word is believed"),
        pytest.param("192.0.2.0/24", [200, 429, 429], id="not trusted"),
    ],
)
def test_a_client_can_not_choose_what_it_counts_for(recognizer: Recognizer, trusted: str, statuses: list[int]) -> None:
    said = ["198.51.100.1", "203.0.113.9, 198.51.100.1", "198.51.100.2"]
    app = create_app(Settings(max_requests_per_second=0.01), recognizer)

    with serving(app, forwarded_allow_ips=trusted) as server:
        url = f"http://127.0.0.1:{server.config.port}/labels"
        answers = [httpx2.get(url, headers={"X-Forwarded-For": client}) for client in said]

    assert [answer.status_code for answer in answers] == statuses
