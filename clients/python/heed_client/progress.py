"""Write to the person at the terminal, beside the answers on standard output: complaints, and a progress bar."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

WIDTH = 40
CLEAR_LINE = "\r\x1b[K"

T = TypeVar("T")


def with_progress(answers: Iterable[T], n_answers: int) -> Iterator[T]:
    """Pass answers on; show how many, where standard output goes elsewhere and does not show it by itself."""
    is_shown = sys.stderr.isatty() and not sys.stdout.isatty()
    for n_done, answer in enumerate(answers, 1):
        yield answer
        if is_shown:
            bar = "#" * (WIDTH * n_done // n_answers)
            print(f"{CLEAR_LINE}[{bar:<{WIDTH}}] {n_done}/{n_answers}", end="", file=sys.stderr, flush=True)
    if is_shown:
        print(file=sys.stderr)


def complain(text: str) -> None:
    """Write a line, in place of the bar if there is one."""
    print(f"{CLEAR_LINE if sys.stderr.isatty() else ''}heed: {text}", file=sys.stderr, flush=True)
