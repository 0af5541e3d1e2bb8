"""A service of its own process, which hostile clients talk to."""

from collections.abc import Iterator

import pytest

from benchmarks.service import Service, heed


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    with heed(workers=1) as service:
        yield service
