"""The command ``heed``: print the commands in recordings or in live sound, and teach the service words."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial

from heed_client.answers import SpottedEvent, TaughtWord, Transcription
from heed_client.client import Client
from heed_client.errors import ServiceError
from heed_client.exchange import DEFAULT_URL, Options
from heed_client.microphone import NoMicrophone, open_microphone
from heed_client.progress import complain, with_progress
from heed_client.stream import BROKEN_OFF

ALL_HEARD, NOT_ALL_HEARD, MISTAKEN, NOT_REACHABLE, INTERRUPTED = 0, 1, 2, 3, 130
EPILOG = """\
HEED_CLIENT_KEY holds the API key, where the service asks for one. Exit status: 0 if all was heard or done; 1 if a file
holds no command, can't be read or was refused; 2 for a mistake in the command line; 3 if no service answers."""

N_CONNECTIONS = 4
RESTART_SECONDS = 60  # that a service may take to come back while heed listens
RAW_BYTES = 32_000  # of standard input at once: a second at 16 kHz

Listen = Callable[[Iterator[bytes]], Iterator[SpottedEvent]]


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        client = Client(options.url, api_key=os.environ.get("HEED_CLIENT_KEY"))
    except ValueError as error:
        parser.error(str(error))
    try:
        with client:
            status: int = options.run(client, options)
            return status
    except ServiceError as error:
        complain(str(error))
        return NOT_REACHABLE if error.status is None else NOT_ALL_HEARD
    except NoMicrophone as error:
        complain(str(error))
        return NOT_ALL_HEARD
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the program that read the output has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the interpreter's last flush
        return NOT_ALL_HEARD


def _parser() -> argparse.ArgumentParser:
    service = argparse.ArgumentParser(add_help=False)
    service.add_argument(
        "--url", default=os.environ.get("HEED_URL", DEFAULT_URL), help=f"address (HEED_URL, or else {DEFAULT_URL})"
    )
    service.add_argument("--json", action="store_true", help="print a JSON object per line")
    hearing = argparse.ArgumentParser(add_help=False)
    hearing.add_argument("--model", help="the model that hears, where the service has several")
    hearing.add_argument("--words", metavar="WORD,WORD", help="the only commands that may be answered")
    hearing.add_argument("--threshold", type=float, help="least confidence of a command, 0 to 1")

    parser = argparse.ArgumentParser(prog="heed", description="Say which command words are spoken.", epilog=EPILOG)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("transcribe", parents=[service, hearing], help="print the commands in recordings")
    command.add_argument("files", nargs="+", metavar="FILE", help="a sound file")
    command.set_defaults(run=_transcribe)
    command = commands.add_parser("listen", parents=[service, hearing], help="print commands as they are said")
    command.add_argument(
        "source", nargs="?", choices=["-"], metavar="-", help="raw 16-bit mono samples on standard input"
    )
    command.add_argument("--rate", type=int, default=16_000, help="samples per second of -, 8000 to 96000 (16000)")
    command.set_defaults(run=_listen)
    command = commands.add_parser("words", parents=[service], help="print the words that the service knows")
    command.set_defaults(run=_words)
    command = commands.add_parser("teach", parents=[service], help="teach the service a word")
    command.add_argument("word", metavar="WORD")
    command.add_argument("files", nargs="*", metavar="FILE", help="a recording of the word, best three or more")
    command.add_argument(
        "--text",
        nargs="?",
        const=True,
        help="let the service's voices say the word, or TEXT, if it is spelled otherwise than it is spoken",
    )
    command.add_argument("--language", help="of the text, such as de (en)")
    command.set_defaults(run=_teach)
    command = commands.add_parser("forget", parents=[service], help="let the service forget words that it was taught")
    command.add_argument("words", nargs="+", metavar="WORD")
    command.set_defaults(run=_forget)
    return parser


def _transcribe(client: Client, options: argparse.Namespace) -> int:
    """Send a file per request, so that each has its answer at once and the limits of a request hold for one file."""
    ask = partial(_transcription_or_complaint, client, _asked(options))
    pool = ThreadPoolExecutor(N_CONNECTIONS)
    n_heard = 0
    try:
        answers = with_progress(pool.map(ask, options.files), len(options.files))
        for file, answer in zip(options.files, answers, strict=True):
            if isinstance(answer, Transcription):
                n_heard += answer.accepted
                _print([json.dumps({"file": file} | asdict(answer))] if options.json else _lines(file, answer))
            else:
                complain(f"{file}: {answer}")
    finally:
        pool.shutdown(cancel_futures=True)
    return ALL_HEARD if n_heard == len(options.files) else NOT_ALL_HEARD


def _asked(options: argparse.Namespace) -> Options:
    return Options(model=options.model, words=options.words, threshold=options.threshold)


def _transcription_or_complaint(client: Client, asked: Options, file: str) -> Transcription | str:
    """Complain of what concerns this file alone; where no service answers, no other file will fare better.

    Raises:
        ServiceError: no service answers.
    """
    try:
        return client.transcribe(file, **asked)
    except OSError as error:
        return error.strerror or str(error)
    except ServiceError as error:
        if error.status is None:
            raise
        return error.detail


def _listen(client: Client, options: argparse.Namespace) -> int:
    with suppress(KeyboardInterrupt), _sound(options) as (chunks, sample_rate):  # Ctrl-C is how listening ends
        asked = {"model": options.model, "words": options.words, "threshold": options.threshold}
        listen = partial(client.listen, sample_rate=sample_rate, **asked)
        for event in _events(listen, chunks):
            _print([json.dumps(asdict(event)) if options.json else _line(event)])
    return ALL_HEARD


@contextmanager
def _sound(options: argparse.Namespace) -> Iterator[tuple[Iterator[bytes], int]]:
    """Open standard input or the microphone; chunks hold what has gathered, so that listening does not fall behind."""
    if options.source == "-":
        yield iter(lambda: os.read(sys.stdin.fileno(), RAW_BYTES), b""), options.rate
    else:
        with open_microphone() as microphone:
            complain("listening; Ctrl-C ends")
            yield iter(microphone), microphone.sample_rate


def _events(
    listen: Callable[[Iterator[bytes]], Iterator[SpottedEvent]], chunks: Iterator[bytes]
) -> Iterator[SpottedEvent]:
    """Listen to the end of the sound, and connect again when the service restarts."""
    deadline = 0.0
    while True:
        try:
            yield from listen(chunks)
            return
        except ServiceError as error:
            if error.status in BROKEN_OFF:
                deadline = time.monotonic() + RESTART_SECONDS
            elif time.monotonic() > deadline:
                raise
            complain(f"{error}; trying again")
            time.sleep(1)


def _words(client: Client, options: argparse.Namespace) -> int:
    words = client.words()
    _print([json.dumps(words)] if options.json else words)
    return ALL_HEARD


def _teach(client: Client, options: argparse.Namespace) -> int:
    text = options.word if options.text is True else options.text
    if not options.files and text is None:
        complain(f"nothing to learn {options.word!r} from: name recordings of it, or --text")
        return MISTAKEN
    try:
        taught = client.teach(options.word, options.files, text=text, language=options.language)
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}")
        return NOT_ALL_HEARD
    _print([json.dumps(asdict(taught)) if options.json else _taught(taught)])
    return ALL_HEARD


def _taught(taught: TaughtWord) -> str:
    n_recordings = f"{taught.n_recordings} recording" + "s" * (taught.n_recordings != 1)
    source = {"recordings": n_recordings, "text": "text"}.get(taught.source, f"text and {n_recordings}")
    alike = ", ".join(f"{look_alike.word} {look_alike.confidence:.2f}" for look_alike in taught.look_alikes)
    return f"{taught.word}\tlearned from {source}" + (f"; may be taken for {alike}" if alike else "")


def _forget(client: Client, options: argparse.Namespace) -> int:
    for word in options.words:
        client.forget(word)
    return ALL_HEARD


def _lines(file: str, answer: Transcription) -> list[str]:
    if not answer.accepted:
        why = f"perhaps {answer.label}" if answer.reason == "low_confidence" else answer.reason
        return [f"{file}\t- ({why})\t{answer.confidence:.3f}"]
    return [f"{file}\t{_line(event)}" for event in answer.events]


def _line(event: SpottedEvent) -> str:
    return f"{event.label}\t{event.confidence:.3f}\t{event.start_seconds:.2f}\t{event.end_seconds:.2f}"


def _print(lines: Iterable[str]) -> None:
    print(*lines, sep="\n", flush=True)  # at once, for programs that read a pipe
