"""A maker of bytes in, with what must become of them out."""

from collections.abc import Callable
from dataclasses import dataclass

from model.errors import AudioError


@dataclass(frozen=True)
class Hostile:
    """``error`` is what the bytes must raise, or None where they are odd but can be heard."""

    make: Callable[[], bytes]
    error: type[AudioError] | None = None
