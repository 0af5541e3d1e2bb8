"""Sound files in, a line for each out: ``python -m model CLIP...``."""

import argparse
import sys
from pathlib import Path

from model.decision import Decision
from model.errors import HeedError
from model.recognizer import SHIPPED, Recognizer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m model", description="Say which command word a recording holds.")
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP", help="a sound file")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="checkpoint (default: the shipped one)")
    options = parser.parse_args(arguments)
    try:
        recognizer = Recognizer.load(options.model)
    except HeedError as error:
        parser.error(str(error))
    n_failed = sum(not _print_answer(recognizer, path) for path in options.clips)
    return 1 if n_failed else 0


def _print_answer(recognizer: Recognizer, path: Path) -> bool:
    try:
        decision = recognizer.recognize(path.read_bytes()).decision
    except (HeedError, OSError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False
    print(f"{path}\t{_answer(decision)}\t{decision.confidence:.3f}")
    return True


def _answer(decision: Decision) -> str:
    if decision.reason == "low_confidence":
        return f"- (perhaps {decision.label})"
    return decision.label if decision.accepted else f"- ({decision.reason})"


if __name__ == "__main__":
    sys.exit(main())
