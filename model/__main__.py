"""Print the commands in sound files or from the microphone: ``python -m model CLIP...`` or ``--live``."""

import argparse
import signal
import sys
from pathlib import Path
from typing import get_args

from model.audio import SAMPLE_RATE, WINDOW_SAMPLES
from model.detector import Event
from model.errors import HeedError
from model.microphone import record
from model.recognizer import SHIPPED, Recognition, Recognizer
from model.second_opinion import Asked


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m model", description="Say which command words are spoken.")
    parser.add_argument("clips", nargs="*", type=Path, metavar="CLIP", help="a sound file")
    parser.add_argument("--live", action="store_true", help="listen to the default microphone until Ctrl-C")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="checkpoint (default: the shipped one)")
    parser.add_argument(
        "--second-opinion",
        choices=get_args(Asked),
        default="unsure",
        help="when to ask a second recognizer (default: where the network is unsure)",
    )
    options = parser.parse_args(arguments)
    if options.live == bool(options.clips):
        parser.error("name one CLIP or more, or listen to the microphone with --live")
    try:
        recognizer = Recognizer.load(options.model, second_opinion=options.second_opinion)
    except HeedError as error:
        parser.error(str(error))
    if options.live:
        return _listen(recognizer)
    n_failed = sum(not _print_answer(recognizer, path) for path in options.clips)
    return 1 if n_failed else 0


def _listen(recognizer: Recognizer) -> int:
    spotter, chunks = recognizer.spotter(), record()
    try:
        spotter.spot(next(chunks))
        print("Listening; Ctrl-C ends.", file=sys.stderr)
        for chunk in chunks:
            for event in spotter.spot(chunk):
                print(_line(event), flush=True)
    except HeedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 0


def _print_answer(recognizer: Recognizer, path: Path) -> bool:
    try:
        recognition = recognizer.recognize(path.read_bytes())
    except (HeedError, OSError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False
    for line in _lines(recognition):
        print(f"{path}\t{line}")
    return True


def _lines(recognition: Recognition) -> list[str]:
    """Write a line for each command; a clip of up to a second needs no times."""
    decision = recognition.decision
    if not decision.accepted:
        why = f"perhaps {decision.label}" if decision.reason == "low_confidence" else decision.reason
        return [f"- ({why})\t{decision.confidence:.3f}"]
    if recognition.duration_seconds <= WINDOW_SAMPLES / SAMPLE_RATE:
        return [f"{decision.label}\t{decision.confidence:.3f}"]
    return [_line(event) for event in recognition.events]


def _line(event: Event) -> str:
    return f"{event.label}\t{event.confidence:.3f}\t{event.start_seconds:.2f}\t{event.end_seconds:.2f}"


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # so that a reader such as head ends it without a traceback
    sys.exit(main())
