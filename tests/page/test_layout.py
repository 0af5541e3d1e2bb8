"""The page looks right on a phone and a desktop, in light and dark, works by keyboard, and keeps to itself."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import EXAMPLES, open_page
from tests.page.test_accessibility import VIEWS

NOTE_SHIFTS = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
LUMINANCE = """([one, other]) => {
  const style = getComputedStyle(document.documentElement);
  const luminance = (name) => {
    const pairs = style.getPropertyValue(`--${name}`).trim().match(/[0-9a-f]{2}/g);
    const parts = pairs.map((pair) => parseInt(pair, 16) / 255);
    const linear = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return light / dark;
}"""
RED = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.find((_, place) => place % 4 === 0 && data[place + 3] === 255);
}"""
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
UNNAMED = """() => [...document.querySelectorAll("button, input, a, [role], [tabindex='0']")]
  .filter((control) => control.checkVisibility())
  .filter((control) => !(control.ariaLabel || control.textContent.trim() || control.labels?.[0]?.textContent.trim()))
  .map((control) => control.outerHTML)"""


@pytest.mark.parametrize("width", [320, 1920])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_the_screen(page: Page, recording: Path, width: int, view: str) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.set_input_files("#file", recording)
    page.locator("#events li").first.wait_for()
    page.locator(f"nav a[href='#{view}']").click()
    page.wait_for_load_state("networkidle")

    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    assert widths[0] <= widths[1]


def test_a_phone_shows_the_button_the_word_and_what_can_be_said_at_once(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_page(page, "/#listen")

    bottoms = [page.locator(part).bounding_box() for part in ("#listen-button", "#heard", "#strip", "#bars")]

    assert all(box and box["y"] + box["height"] <= 740 for box in bottoms)


def test_a_chart_that_is_wider_than_its_room_fades_where_there_is_more(page: Page, recording: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_input_files("#file", recording)

    expect(page.locator("#scroller.more-after")).to_be_visible()
    page.locator("#scroller").evaluate("scroller => (scroller.scrollLeft = 10_000)")

    expect(page.locator("#scroller.more-before:not(.more-after)")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/#recording", "/#listen"])
def test_nothing_jumps_while_the_page_comes(page: Page, width: int, path: str) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.add_init_script(NOTE_SHIFTS)
    page.goto("about:blank")
    open_page(page, path)
    page.wait_for_timeout(300)

    shift = page.evaluate("shift")

    assert shift < 0.01


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)

    pairs = [["ink", "paper"], ["muted", "paper"], ["accent", "paper"], ["on-accent", "accent"]]
    ratios = [page.evaluate(LUMINANCE, pair) for pair in pairs]

    assert min(ratios) >= 4.5  # WCAG 2.2, level AA


@pytest.mark.parametrize("before", ["light", "dark"])
def test_pictures_follow_the_theme(page: Page, before: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=before)
    page.set_input_files("#file", EXAMPLES / "left.wav")
    page.locator("#events li").wait_for()
    reds = {before: page.locator("#waveform").evaluate(RED)}
    after: Literal["light", "dark"] = "dark" if before == "light" else "light"

    page.emulate_media(color_scheme=after)
    page.evaluate(NEXT_FRAME)

    reds[after] = page.locator("#waveform").evaluate(RED)
    assert reds["light"] < 64
    assert reds["dark"] > 192


def test_every_control_has_a_name_and_every_text_is_there(page: Page, recording: Path) -> None:
    page.set_input_files("#file", recording)
    page.locator("#events li").first.wait_for()

    unnamed = page.evaluate(UNNAMED)

    assert unnamed == []
    assert "undefined" not in page.locator("body").inner_text()


def test_the_keyboard_is_enough(page: Page) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "left":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    page.keyboard.press("Enter")

    assert outline == "solid"
    expect(page.locator("#answer .words")).to_have_text("left")


def test_a_visit_asks_no_other_host_and_leaves_no_error(page: Page, service: str) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.reload()
    page.get_by_role("button", name="left").click()
    expect(page.locator("#answer .words")).to_have_text("left")
    page.get_by_role("link", name="Listen").click()
    page.get_by_role("button", name="Listen").click()
    expect(page.locator("#state")).to_contain_text("Listening")

    assert errors == []
    assert len(asked) > 10
    assert all(url.startswith((service, "blob:")) for url in asked)
