"""What tests teach a service: an example in several speeds, as a form's files."""

from pathlib import Path
from typing import Any

from tests.model.taught import example
from tests.signals import encode

Files = list[tuple[str, tuple[str, bytes]]]

SEVEN = encode(example("seven", 0.95))


def files(word: str = "seven", *, n: int = 1) -> Files:
    return [("file", (f"take{place}.wav", encode(example(word, 0.9 + place / 10)))) for place in range(n)]


def database(folder: Path) -> str:
    return f"sqlite:///{folder}/data/words.db"


def recordings_of(answer: Any) -> list[str]:
    return [recording["id"] for recording in answer.json()["recordings"]]
