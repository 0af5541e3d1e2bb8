"""Settings come from the environment and are checked."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import Settings
from model.recognizer import SHIPPED, SHIPPED_CHECKPOINT


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings()

    assert (settings.host, settings.port, settings.model_path) == ("127.0.0.1", 8000, SHIPPED)
    assert (settings.threshold, settings.workers, settings.log_level) == (None, None, "info")
    assert (settings.max_clip_bytes, settings.max_clip_seconds) == (16 * 2**20, 60.0)
    assert (settings.upload_seconds, settings.max_held_bytes) == (30.0, 256 * 2**20)
    assert (settings.drain_seconds, settings.hang_seconds) == (1.0, 60.0)
    assert (settings.max_batch, settings.max_waiting) == (8, 1024)
    assert (settings.max_streams, settings.max_message_bytes, settings.stream_idle_seconds) == (100, 2 * 2**20, 60.0)
    assert (settings.max_requests_per_second, settings.max_concurrent, settings.limits_access) == (None, None, False)
    assert settings.trusted_proxies == ("127.0.0.1",)


def test_a_file_without_good_keys_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("too-short\n")

    with pytest.raises(ValidationError, match="api_keys_file") as refused:
        Settings(api_keys_file=tmp_path / "keys")

    assert "too-short" not in str(refused.value)


@pytest.mark.parametrize("given", ["certificate", "key"])
def test_a_certificate_and_its_key_are_set_together(tmp_path: Path, given: str) -> None:
    with pytest.raises(ValidationError, match="HEED_TLS_CERTIFICATE and HEED_TLS_KEY belong together; set both"):
        Settings.model_validate({f"tls_{given}": tmp_path / "heed.pem"})


def test_an_unusable_certificate_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=r"HEED_TLS_KEY can't be used: .+heed\.pem can't be read \(No such file"):
        Settings(tls_certificate=tmp_path / "heed.pem", tls_key=tmp_path / "heed-key.pem")


def test_each_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"HOST": "0.0.0.0", "PORT": "81", "MODEL": "m.safetensors", "THRESHOLD": "0.9", "LOG_LEVEL": "DEBUG"}
    given |= {"MAX_CLIP_BYTES": "2000", "MAX_CLIP_SECONDS": "2.5", "WORKERS": "3", "MAX_BATCH": "1", "MAX_WAITING": "9"}
    given |= {"MAX_STREAMS": "7", "MAX_MESSAGE_BYTES": "4096", "STREAM_IDLE_SECONDS": "0.5"}
    given |= {"UPLOAD_SECONDS": "1.5", "MAX_HELD_BYTES": "5000", "DRAIN_SECONDS": "0", "HANG_SECONDS": "90"}
    for name, value in given.items():
        monkeypatch.setenv(f"HEED_{name}", value)

    settings = Settings()

    assert (settings.host, settings.port, settings.model) == ("0.0.0.0", 81, Path("m.safetensors"))
    assert (settings.threshold, settings.workers, settings.log_level) == (0.9, 3, "debug")
    assert (settings.max_clip_bytes, settings.max_clip_seconds) == (2000, 2.5)
    assert (settings.upload_seconds, settings.max_held_bytes) == (1.5, 5000)
    assert (settings.drain_seconds, settings.hang_seconds) == (0.0, 90.0)
    assert (settings.max_batch, settings.max_waiting) == (1, 9)
    assert (settings.max_streams, settings.max_message_bytes, settings.stream_idle_seconds) == (7, 4096, 0.5)


def test_the_engine_chooses_among_the_shipped_files_and_a_named_file_beats_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HEED_ENGINE", "Torch")

    shipped, named = Settings(), Settings(model=Path("m.onnx"))

    assert shipped.model_path == SHIPPED_CHECKPOINT
    assert named.model_path == Path("m.onnx")


def test_an_empty_variable_is_as_if_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEED_THRESHOLD", "")

    settings = Settings()

    assert settings.threshold is None


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEED_TRUSTED_PROXIES", "192.0.2.7, 10.0.0.0/8,2001:db8::/32")
    monkeypatch.setenv("HEED_CORS_ORIGINS", "https://home.example, http://[::1]:8080")
    monkeypatch.setenv("HEED_HOSTS", "Heed.example, *.home.example")

    settings = Settings()

    assert settings.trusted_proxies == ("192.0.2.7", "10.0.0.0/8", "2001:db8::/32")
    assert settings.cors_origins == ("https://home.example", "http://[::1]:8080")
    assert settings.hosts == ("heed.example", "*.home.example")


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEED_API_KEY_FILE", "keys")

    with pytest.raises(ValidationError, match="did you mean HEED_API_KEYS_FILE"):
        Settings()


def test_a_port_that_kubernetes_sets_for_a_service_named_heed_is_as_if_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEED_PORT", "tcp://10.0.0.11:80")
    monkeypatch.setenv("HEED_SERVICE_HOST", "10.0.0.11")

    settings = Settings()

    assert settings.port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("THRESHOLD", "1.1"),
        ("THRESHOLD", "-0.1"),
        ("THRESHOLD", "nan"),
        ("MAX_CLIP_BYTES", "0"),
        ("MAX_CLIP_BYTES", "16MB"),
        ("MAX_CLIP_SECONDS", "0"),
        ("MAX_CLIP_SECONDS", "inf"),
        ("LOG_LEVEL", "loud"),
        ("WORKERS", "0"),
        ("MAX_BATCH", "0"),
        ("MAX_WAITING", "0"),
        ("ENGINE", "steam"),
        ("MAX_STREAMS", "0"),
        ("MAX_MESSAGE_BYTES", "0"),
        ("STREAM_IDLE_SECONDS", "0"),
        ("STREAM_IDLE_SECONDS", "inf"),
        ("MAX_REQUESTS_PER_SECOND", "0"),
        ("MAX_CONCURRENT", "0"),
        ("TRUSTED_PROXIES", "*"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "home.example"),
        ("CORS_ORIGINS", "https://home.example/"),
        ("CORS_ORIGINS", "https://home.example,"),
        ("TRUSTED_PROXIES", "127.0.0.1,proxy"),
        ("HOSTS", "https://heed.example"),
        ("HOSTS", "heed.example:8000"),
        ("HOSTS", "heed.example/"),
        ("HOSTS", "heed.*.example"),
        ("HOSTS", "heed.example,"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"HEED_{name}", value)

    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_no_batch_of_clips_is_so_long_that_it_is_taken_to_be_stuck() -> None:
    usual, long = Settings(), Settings(max_clip_seconds=3600)

    assert usual.longest_silence == 60.0
    assert long.longest_silence == pytest.approx(8 * 3600 / 10)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://0.0.0.0:10300", ("0.0.0.0", 10_300)),
        ("tcp://[::1]:1", ("::1", 1)),
        ("tcp://nas.lan:99", ("nas.lan", 99)),
    ],
)
def test_the_address_of_the_wyoming_protocol_is_read_from_a_url(
    monkeypatch: pytest.MonkeyPatch, text: str, address: tuple[str, int]
) -> None:
    monkeypatch.setenv("HEED_WYOMING", text)

    assert Settings().wyoming == address


@pytest.mark.parametrize(
    "text", ["10300", "tcp://0.0.0.0", "tcp://:10300", "tcp://a:0", "tcp://a:65536", "udp://a:1", "[1]"]
)
def test_another_address_of_the_wyoming_protocol_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HEED_WYOMING", text)

    with pytest.raises(ValidationError, match=r"must be an address such as tcp://0\.0\.0\.0:10300"):
        Settings()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"wyoming_zeroconf": True}, "HEED_WYOMING_ZEROCONF announces the address HEED_WYOMING, which is unset"),
        ({"wyoming": ("127.0.0.1", 8000)}, "HEED_WYOMING and HEED_PORT must be different ports, not 8000 both"),
    ],
)
def test_settings_of_the_wyoming_protocol_must_fit(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Settings(**settings)


@pytest.mark.parametrize(("package", "wants_zeroconf"), [("wyoming", False), ("zeroconf", True)])
def test_without_its_package_the_wyoming_protocol_is_refused_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, package: str, wants_zeroconf: bool
) -> None:
    monkeypatch.setattr("app.settings.find_spec", lambda name: None if name == package else name)

    with pytest.raises(ValidationError, match=f"needs the package {package}: pip install -r requirements-wyoming.txt"):
        Settings.model_validate({"wyoming": "tcp://127.0.0.1:10300", "wyoming_zeroconf": wants_zeroconf})


def test_taught_words_are_in_the_user_s_data_folder_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/ada")
    at_home = Settings().database_url
    monkeypatch.setenv("XDG_DATA_HOME", "/data")

    assert at_home == "sqlite:////home/ada/.local/share/heed/words.db"
    assert Settings().database_url == "sqlite:////data/heed/words.db"


@pytest.mark.parametrize(
    "url", ["words.db", "sqlite://", "sqlite:///:memory:", "mysql://u:secret@host/heed", "://secret"]
)
def test_another_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(database=url)

    (wrong,) = refused.value.errors()
    assert wrong["loc"] == ()  # so that the value is not repeated
    assert wrong["msg"].startswith(
        "HEED_DATABASE must be a URL such as sqlite:////data/words.db or postgresql+psycopg:"
    )


def test_without_its_package_postgresql_is_refused_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.setting_kinds.find_spec", lambda name: None if name == "psycopg" else name)

    with pytest.raises(
        ValidationError, match=r"needs the package psycopg: pip install -r requirements-postgresql\.txt"
    ):
        Settings(database="postgresql+psycopg://heed@localhost/heed")


@pytest.mark.parametrize(("text", "can_teach"), [("off", False), ("on", True), ("false", False)])
def test_teaching_is_on_or_off(monkeypatch: pytest.MonkeyPatch, text: str, can_teach: bool) -> None:
    monkeypatch.setenv("HEED_TEACHING", text)

    assert Settings().teaching is can_teach
