"""Each hostile file gets the answer that its row names, however it is sent, and costs little."""

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import NamedTuple

import pytest

from benchmarks.requests import Body, form, raw
from benchmarks.service import Service
from tests.hostile.case import Hostile
from tests.hostile.clips import hostile_clips, truncated

CASES = hostile_clips()
MAX_CPU_SECONDS = 1.0  # of the processor: on a busy machine the clock says little of a clip


class Answer(NamedTuple):
    status: int
    type: str
    cpu_seconds: float


def ask(service: Service, path: str, body: Body) -> Answer:
    started = service.cpu_seconds()
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        connection.request("POST", path, body.content, {"Content-Type": body.content_type})
        response = connection.getresponse()
        content = json.loads(response.read())
    return Answer(response.status, content.get("type", ""), service.cpu_seconds() - started)


def ask_in_both_ways(service: Service, clip: bytes) -> list[Answer]:
    """As a body and as a form, each by another route."""
    return [ask(service, "/transcribe", raw(clip)), ask(service, "/inspect", form(clip))]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_hostile_clip_gets_its_answer_within_a_second_of_the_processor(service: Service, case: Hostile) -> None:
    clip = case.make()

    answers = ask_in_both_ways(service, clip)

    assert [(answer.status, answer.type) for answer in answers] == [case.answer] * 2
    assert max(answer.cpu_seconds for answer in answers) <= MAX_CPU_SECONDS


@pytest.mark.parametrize(("n_bytes", "status"), [(0, 400), (17 << 20, 413)])
def test_a_clip_of_no_or_too_many_bytes_is_refused(service: Service, n_bytes: int, status: int) -> None:
    answers = ask_in_both_ways(service, bytes(n_bytes))

    assert [(answer.status, answer.type) for answer in answers] == [(status, "about:blank")] * 2


def test_a_clip_cut_off_anywhere_is_recognized_or_refused_as_sound(service: Service) -> None:
    clips = truncated()

    answers = {name: ask(service, "/transcribe", raw(clip)) for name, clip in clips.items()}

    assert len(answers) > 400
    assert {name: answer for name, answer in answers.items() if answer.status not in (200, 415, 422)} == {}
    assert max(answer.cpu_seconds for answer in answers.values()) <= MAX_CPU_SECONDS
