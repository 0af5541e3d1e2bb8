"""axe-core finds no fault in any view, before and after it did its work, in light and dark."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.conftest import open_page

VIEWS = ["listen", "recording", "play", "teach", "api"]
SCHEMES = ["light", "dark"]
Scheme = Literal["light", "dark"]


CLEAN = "Found 0 accessibility violations:\n"


def faults(page: Page) -> str:
    """What axe-core finds wrong with the page as it is shown."""
    return str(Axe().run(page).generate_report())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_no_fault(page: Page, view: str, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.locator(f"nav a[href='#{view}']").click()
    page.wait_for_load_state("networkidle")

    report = faults(page)

    assert report == CLEAN


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_recording_that_is_shown_has_no_fault(page: Page, recording: Path, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_input_files("#file", recording)
    page.locator("#events li").first.wait_for()
    page.locator("#recording summary").click()

    report = faults(page)

    assert report == CLEAN


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_word_that_is_heard_has_no_fault(page: Page, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_page(page, "/#listen")
    page.get_by_role("button", name="Listen").click()
    expect(page.locator("#history b").first).to_be_visible()

    report = faults(page)

    assert report == CLEAN


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_round_and_a_game_that_were_begun_have_no_fault(page: Page, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.route("**/labels", lambda route: route.fulfill(json={"labels": ["left", "stop"], "threshold": 0.5}))
    page.locator("nav a[href='#play']").click()
    page.get_by_role("button", name="Begin the round").click()
    page.locator("#round-rows td").first.wait_for()
    page.get_by_role("button", name="Play with keys").click()
    page.locator("#board").press("ArrowRight")

    report = faults(page)

    assert report == CLEAN
