"""A hostile file, and the answer that it must get."""

from collections.abc import Callable
from dataclasses import dataclass

from app.errors import KINDS
from model.errors import AudioError


@dataclass(frozen=True)
class Hostile:
    """``error`` is what the bytes must raise, or None where they are odd but can be read."""

    make: Callable[[], bytes]
    error: type[AudioError] | None = None

    @property
    def answer(self) -> tuple[int, str]:
        """The status, and the type of the problem, which a success does not have."""
        return (200, "") if self.error is None else (KINDS[self.error].status, KINDS[self.error].type)
