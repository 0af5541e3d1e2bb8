"""The package of the client is as small as it says, and of heed's version."""

import re
import tomllib
from pathlib import Path

import heed_client
from app.version import VERSION

PROJECT = tomllib.loads((Path(__file__).parents[3] / "clients/python/pyproject.toml").read_text())["project"]


def test_it_has_heeds_version() -> None:
    assert PROJECT["version"] == VERSION


def test_it_needs_two_packages_in_a_range_of_versions() -> None:
    names = [re.split("[<>=]", dependency)[0] for dependency in PROJECT["dependencies"]]

    assert names == ["httpx2", "websockets"]
    assert not any("==" in dependency for dependency in PROJECT["dependencies"])


def test_it_says_that_it_is_typed() -> None:
    assert (Path(heed_client.__file__).parent / "py.typed").exists()
