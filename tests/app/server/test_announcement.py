"""The Wyoming protocol is announced while the service runs, and a network that does not allow it stops nothing."""

import logging
import socket

import pytest
from zeroconf import ServiceInfo, Zeroconf

from app.server import announcement
from app.server.announcement import KIND, announced

NAME = f"heed on {socket.gethostname().partition('.')[0]}.{KIND}"


def found() -> ServiceInfo | None:
    with Zeroconf() as browser:
        return browser.get_service_info(KIND, NAME, timeout=2_000)


def test_others_find_the_service_while_it_runs_and_then_no_longer() -> None:
    with announced("127.0.0.1", 10_300):
        during = found()
    after = found()

    assert during is not None
    assert (during.port, during.parsed_addresses()) == (10_300, ["127.0.0.1"])
    assert after is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_of_all_addresses_the_one_is_announced_that_others_reach(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(announcement, "MDNS_GROUP", ("127.0.0.1", 5353))

    with announced(host, 10_300):
        service = found()

    assert service is not None
    assert service.parsed_addresses() == ["127.0.0.1"]


def test_without_a_network_the_service_runs_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(announcement, "MDNS_GROUP", ("256.0.0.1", 5353))

    with caplog.at_level(logging.WARNING, logger="uvicorn.error"), announced("0.0.0.0", 10_300):
        pass

    assert caplog.text.count("\n") == 1
    assert "Port 10300 could not be announced by zeroconf" in caplog.text
