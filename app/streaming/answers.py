"""Write what heed answers in a stream, in vosk-server's words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import prod
from typing import Any

from pydantic import BaseModel

from app.streaming.listener import Listener
from model.detector import Event
from model.labels import is_command


@dataclass(kw_only=True)
class Form:
    """The form of results that a client asks for: the words' times, and other texts that they may have been."""

    words: bool = True
    max_alternatives: int = 0


class State(BaseModel):
    """Where a stream stands, beyond what vosk-server says."""

    seconds: float
    threshold: float
    level_db: float
    posteriors: dict[str, float] | None


class Word(BaseModel):
    word: str
    conf: float
    start: float
    end: float


class Alternative(BaseModel):
    """A text that the commands may have been, and how likely that is."""

    text: str
    confidence: float
    result: list[Word] = []


class Partial(BaseModel):
    partial: str = ""
    heed: State


class Result(BaseModel):
    result: list[Word] = []
    text: str
    heed: State


class Alternatives(BaseModel):
    alternatives: list[Alternative]
    heed: State


class Error(BaseModel):
    error: str


def partial(listener: Listener) -> str:
    return Partial(heed=_state(listener)).model_dump_json()


def result(events: Sequence[Event], listener: Listener, form: Form) -> str:
    """Write the commands that have come, or, as vosk-server does, several texts that they may have been."""
    heard = [_word(event, event.label, event.confidence) for event in events]
    state = _state(listener)
    if not form.max_alternatives:
        return Result(**_text(heard, form), heed=state).model_dump_json(exclude_unset=True)
    likeliest = nlargest(form.max_alternatives, _texts(heard, events), key=_confidence)
    alternatives = [Alternative(**_text(words, form), confidence=_confidence(words)) for words in likeliest]
    return Alternatives(alternatives=alternatives, heed=state).model_dump_json(exclude_unset=True)


def _text(words: Sequence[Word], form: Form) -> dict[str, Any]:
    text = " ".join(word.word for word in words)
    return {"result": words, "text": text} if form.words else {"text": text}


def _texts(heard: list[Word], events: Sequence[Event]) -> Iterator[list[Word]]:
    """Yield what was heard, and every text that differs from it in one word."""
    yield heard
    for place, event in enumerate(events):
        others = [pair for pair in event.ranking if is_command(pair[0]) and pair[0] != event.label]
        for label, posterior in others:
            yield [*heard[:place], _word(event, label, posterior), *heard[place + 1 :]]


def _confidence(words: Sequence[Word]) -> float:
    return round(prod(word.conf for word in words), 4)


def _word(event: Event, label: str, posterior: float) -> Word:
    start, end = round(event.start_seconds, 3), round(event.end_seconds, 3)
    return Word(word=label, conf=round(posterior, 4), start=start, end=end)


def _state(listener: Listener) -> State:
    posteriors = listener.posteriors
    return State(
        seconds=round(listener.seconds, 3),
        threshold=listener.threshold,
        level_db=round(listener.level_db, 1),
        posteriors=posteriors and {label: round(posterior, 4) for label, posterior in posteriors.items()},
    )
