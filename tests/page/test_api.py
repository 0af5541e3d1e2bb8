"""The API view sends a clip, writes the same call for three languages, and documents every operation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import EXAMPLES


@pytest.fixture
def docs(page: Page) -> Page:
    page.get_by_role("link", name="API").click()
    page.locator("#operations h2").last.wait_for()
    return page


def test_every_question_is_there_with_its_command_and_its_answers(docs: Page, service: str) -> None:
    questions = docs.locator("#api h2").all_text_contents()

    transcribe = docs.locator("article").filter(has=docs.get_by_text("POST /transcribe", exact=True))
    assert {"POST /transcribe", "POST /inspect", "GET /labels", "GET /livez"} <= set(questions)
    expect(transcribe.locator(".command")).to_have_text(f"curl -F file=@clip.wav {service}/transcribe")
    expect(transcribe.get_by_text("the commands in their order; empty when none was accepted")).to_be_visible()
    expect(transcribe.get_by_text("1 to 12, usually 3")).to_be_visible()
    expect(docs.get_by_text("Live: WS /stream")).to_be_visible()


def test_nothing_is_undefined_or_wider_than_a_phone(docs: Page) -> None:
    docs.set_viewport_size({"width": 360, "height": 740})

    widths = docs.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    assert widths[0] <= widths[1]
    assert not re.search(r"undefined|\[object", docs.locator("body").inner_text())


def test_it_asks_no_other_host_and_leaves_no_error(page: Page, service: str) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto("/docs")
    page.locator("#operations h2").last.wait_for()

    assert errors == []
    assert len(asked) > 5
    assert all(url.startswith(service) for url in asked)


def test_a_clip_is_sent_and_its_answer_shown(docs: Page) -> None:
    docs.set_input_files("#try-file", EXAMPLES / "left.wav")
    docs.get_by_label("Threshold").fill("0.5")
    docs.get_by_role("button", name="Send").click()

    expect(docs.locator("#try-answer")).to_contain_text('"text": "left"')


@pytest.mark.parametrize(("language", "program"), [("curl", "bash"), ("Python", sys.executable)])
def test_the_call_that_it_writes_asks_the_same(docs: Page, tmp_path: Path, language: str, program: str) -> None:
    (tmp_path / "commands.wav").write_bytes((EXAMPLES / "commands.wav").read_bytes())
    docs.get_by_label("Only these words").fill("left, stop")

    docs.get_by_label(language).check()

    code = docs.locator("#try-code").inner_text()
    ran = subprocess.run([program, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=True)
    assert "left stop" in ran.stdout


def test_its_javascript_asks_the_same(docs: Page) -> None:
    docs.get_by_label("JavaScript").check()
    code = docs.locator("#try-code").inner_text()

    reading = 'const body = await (await fetch("page/commands.wav")).blob();'  # a browser has no readFile
    code = re.sub(r"^import .*$|^const body = .*$", "", code, flags=re.MULTILINE).replace("console.log", "return ")
    text = docs.evaluate(f"async () => {{ {reading} {code} }}")

    assert text == "go left stop yes"


def test_where_there_are_several_models_one_is_chosen_for_every_request(page: Page) -> None:
    models = [{"name": "small", "is_default": True}, {"name": "heed-12-attention", "is_default": False}]
    page.route("**/models", lambda route: route.fulfill(json={"models": models}))
    page.goto("/docs")
    page.reload()

    page.get_by_label("Model").select_option("heed-12-attention")

    expect(page.locator("#try-code")).to_contain_text("transcribe?model=heed-12-attention")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#try-answer")).to_contain_text('"model": "heed-12-attention"')
