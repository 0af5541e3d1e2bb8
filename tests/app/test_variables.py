"""A HEED_ variable that sets nothing is named, with the nearest setting; the variables of others are left alone."""

import pytest

from app.variables import unknown_variables

SETTINGS = ("api_keys_file", "port", "workers")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("HEED_API_KEY_FILE", "HEED_API_KEYS_FILE"),
        ("HEED_API_KEY", "HEED_API_KEYS_FILE"),
        ("HEED_WORKER", "HEED_WORKERS"),
        ("heed_prot", "HEED_PORT"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_nearest_setting(name: str, nearest: str) -> None:
    unknown = unknown_variables({name: "1"}, SETTINGS)

    assert unknown == [f"{name.upper()} is not a setting of heed (did you mean {nearest}?)"]


def test_a_name_that_is_near_no_setting_is_answered_with_the_list() -> None:
    unknown = unknown_variables({"HEED_COLOUR": "red"}, SETTINGS)

    assert unknown == ["HEED_COLOUR is not a setting of heed (python -m app --help lists them all)"]


def test_each_unknown_name_is_reported() -> None:
    unknown = unknown_variables({"HEED_WORKER": "2", "HEED_PORT": "80", "HEED_COLOUR": "red"}, SETTINGS)

    assert [text.split()[0] for text in unknown] == ["HEED_COLOUR", "HEED_WORKER"]


@pytest.mark.parametrize(
    "name", ["HEED_PORT", "heed_port", "HEED_DATA", "HEED_URL", "HEED_CLIENT_KEY", "PATH", "HEEDLESS"]
)
def test_settings_and_the_variables_of_others_are_known(name: str) -> None:
    assert unknown_variables({name: "1"}, SETTINGS) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEED_SERVICE_HOST", "10.0.0.11"),
        ("HEED_SERVICE_PORT", "80"),
        ("HEED_SERVICE_PORT_HTTP", "80"),
        ("HEED_PORT", "tcp://10.0.0.11:80"),
        ("HEED_PORT_80_TCP", "tcp://10.0.0.11:80"),
        ("HEED_PORT_80_TCP_PROTO", "tcp"),
        ("HEED_PORT_80_UDP_ADDR", "10.0.0.11"),
        ("HEED_WEB_SERVICE_HOST", "10.0.0.12"),
        ("HEED_WEB_PORT", "tcp://10.0.0.12:80"),
    ],
)
def test_variables_that_kubernetes_sets_for_a_service_are_ignored(name: str, value: str) -> None:
    assert unknown_variables({name: value}, SETTINGS) == []


@pytest.mark.parametrize("name", ["HEED_SERVICE", "HEED_PORT_80", "HEED_WEB_PORT"])
def test_a_name_that_only_resembles_theirs_is_unknown(name: str) -> None:
    assert len(unknown_variables({name: "80"}, SETTINGS)) == 1
