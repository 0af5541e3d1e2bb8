"""Execute the lessons from top to bottom: ``python -m lessons --help``."""

import argparse
import sys
import time

from nbclient.exceptions import CellExecutionError, CellTimeoutError

from lessons.chinese import translated, write_chinese_page
from lessons.execute import LESSONS, execute, read
from lessons.pages import write_page


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m lessons", description="Execute the lessons from top to bottom.")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=f"{', '.join(LESSONS)}; default: all")
    parser.add_argument("--render", action="store_true", help="also write their pages and pictures into docs/lessons")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.lessons if name not in LESSONS]
    if unknown:
        parser.error(f"there is no lesson {unknown[0]!r}; there are {', '.join(LESSONS)}")
    for name in options.lessons or LESSONS:
        started = time.monotonic()
        try:
            notebook = execute(read(name))
        except (CellExecutionError, CellTimeoutError) as error:
            print(f"lesson {name}: {error}", file=sys.stderr)
            return 1
        print(f"lesson {name}: {time.monotonic() - started:.0f} s")
        if options.render:
            write_page(name, notebook)
            if name in translated():
                write_chinese_page(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
