"""Break off a function at one of its calls."""

from collections.abc import Callable
from itertools import count
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def broken_off(function: Callable[P, R], *, at_call: int, error: BaseException | None = None) -> Callable[P, R]:
    """Raise Ctrl-C, or another error, instead of the call with this number, counted from 1."""
    numbers = count(1)

    def wrapped(*arguments: P.args, **named: P.kwargs) -> R:
        if next(numbers) == at_call:
            raise error or KeyboardInterrupt
        return function(*arguments, **named)

    return wrapped
