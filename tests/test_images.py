"""The images find all that they copy."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.full"])
def test_what_an_image_copies_is_sent_to_the_builder(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    sent = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}

    copied = {source for line in lines if line.startswith("COPY ") for source in line.split()[1:-1]}

    assert copied
    assert copied <= sent
