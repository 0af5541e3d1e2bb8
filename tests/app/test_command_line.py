"""``python -m app`` starts, or says in one line why not."""

import gc
import socket
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from uvicorn import Config

from app.__main__ import main
from app.main import create_app_from_environment
from app.server.cpu_quota import usable_cpus
from app.server.http import HttpProtocol
from app.server.supervisor import Supervisor
from app.server.websocket import WebSocketProtocol
from app.settings import Settings
from tests.app.ports import free_port


def test_a_bad_setting_is_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEED_PORT", "high")
    monkeypatch.setenv("HEED_WORKERS", "0")

    code = main([])

    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1
    assert "HEED_PORT" in error
    assert "HEED_WORKERS" in error


def test_a_certificate_without_a_key_is_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEED_TLS_CERTIFICATE", "heed.pem")

    code = main([])

    assert code == 2
    expected = "heed: HEED_TLS_CERTIFICATE and HEED_TLS_KEY belong together; set both or neither\n"
    assert capsys.readouterr().err == expected


def test_an_unknown_variable_is_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEED_WORKER", "2")

    code = main([])

    assert code == 2
    assert capsys.readouterr().err == "heed: HEED_WORKER is not a setting of heed (did you mean HEED_WORKERS?)\n"


def test_a_port_that_is_taken_is_one_line_and_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("HEED_PORT", str(taken.getsockname()[1]))
        code = main([])

    error = capsys.readouterr().err
    assert code == 1
    assert error.count("\n") == 1
    assert "Address already in use" in error


def test_options_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--port", "80"])

    assert "--port" in capsys.readouterr().err


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Supervisor]:
    """What would be run."""
    supervisors: list[Supervisor] = []
    monkeypatch.setattr(Supervisor, "run", lambda self: supervisors.append(self))
    monkeypatch.setattr(Config, "configure_logging", lambda self: None)  # the tests keep their own logs
    monkeypatch.setenv("HEED_PORT", str(free_port()))
    return supervisors


def test_the_service_listens_where_the_settings_say(monkeypatch: pytest.MonkeyPatch, started: list[Supervisor]) -> None:
    port = free_port()
    monkeypatch.setenv("HEED_PORT", str(port))

    code = main([])

    config = started[0].config
    assert code == 1  # as it was not run
    assert (config.host, config.port) == ("127.0.0.1", port)


def test_messages_of_streams_are_as_large_as_is_set(monkeypatch: pytest.MonkeyPatch, started: list[Supervisor]) -> None:
    monkeypatch.setenv("HEED_MAX_MESSAGE_BYTES", "4096")

    main([])

    config = started[0].config
    assert (config.ws_max_size, config.ws, config.http) == (4096, WebSocketProtocol, HttpProtocol)


def test_a_proxy_that_is_trusted_is_named_to_the_server(
    monkeypatch: pytest.MonkeyPatch, started: list[Supervisor]
) -> None:
    monkeypatch.setenv("HEED_TRUSTED_PROXIES", "10.0.0.0/8")
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")

    main([])

    assert started[0].config.forwarded_allow_ips == ["10.0.0.0/8"]


def test_a_wyoming_port_that_is_taken_is_one_line_and_code_1(
    monkeypatch: pytest.MonkeyPatch, started: list[Supervisor], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("HEED_WYOMING", f"tcp://127.0.0.1:{taken.getsockname()[1]}")
        code = main([])

    error = capsys.readouterr().err
    assert (code, error.count("\n"), started) == (1, 1, [])
    assert "Address already in use" in error


def test_beside_api_keys_the_log_warns_that_the_wyoming_protocol_has_none(
    monkeypatch: pytest.MonkeyPatch, started: list[Supervisor], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (tmp_path / "keys").write_text("a-key-of-some-length\n")
    monkeypatch.setenv("HEED_API_KEYS_FILE", str(tmp_path / "keys"))
    monkeypatch.setenv("HEED_WYOMING", f"tcp://127.0.0.1:{free_port()}")

    main([])
    with caplog.at_level("WARNING", logger="uvicorn.error"), started[0].while_serving:
        pass

    assert "The Wyoming protocol has no API keys" in caplog.text


def test_the_server_does_not_say_what_it_is(started: list[Supervisor]) -> None:
    main([])

    assert started[0].config.server_header is False


def test_the_help_names_each_variable_of_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    text = capsys.readouterr().out
    assert all(f"HEED_{name.upper()} " in text for name in Settings.model_fields)


def test_the_help_shows_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    text = capsys.readouterr().out
    assert "port to listen on (default: 8000)" in text
    assert "commas between them (default: 127.0.0.1)" in text
    assert "unset: no key is needed (default: unset)" in text


@pytest.mark.parametrize(("setting", "n_workers"), [("2", 2), ("3", 3), ("", usable_cpus())])
def test_there_are_as_many_workers_as_are_set_or_as_processors(
    monkeypatch: pytest.MonkeyPatch, started: list[Supervisor], setting: str, n_workers: int
) -> None:
    monkeypatch.setenv("HEED_WORKERS", setting)

    main([])

    assert started[0].n_workers == n_workers


def test_uvicorn_logs_as_heed_does_but_no_requests(monkeypatch: pytest.MonkeyPatch, started: list[Supervisor]) -> None:
    monkeypatch.setenv("HEED_LOG_LEVEL", "warning")

    main([])

    config = started[0].config
    assert isinstance(config.log_config, dict)
    assert config.log_config["root"] == {"handlers": ["stderr"], "level": "WARNING"}
    assert config.access_log is False


def test_what_is_served_is_what_the_settings_name(monkeypatch: pytest.MonkeyPatch, exported: Path) -> None:
    monkeypatch.setenv("HEED_MODEL", str(exported))
    monkeypatch.setattr(gc, "freeze", lambda: None)  # of the tests' own objects it would keep the garbage too

    client = TestClient(create_app_from_environment())

    assert client.get("/labels").json()["model"] == "heed-12-gru"
