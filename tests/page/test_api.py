"""The API page documents every operation, from the service alone, without an error in the browser."""

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def docs(page: Page) -> Page:
    page.get_by_role("link", name="API").click()
    page.locator("#api h2").last.wait_for()
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
    assert "undefined" not in docs.locator("body").inner_text()


def test_it_asks_no_other_host_and_leaves_no_error(page: Page, service: str) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto("/docs")
    page.locator("#api h2").last.wait_for()

    assert errors == []
    assert len(asked) > 5
    assert all(url.startswith(service) for url in asked)
