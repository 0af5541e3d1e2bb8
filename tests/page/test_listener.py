"""Pages of other sites use heed by its element, <heed-listener>."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.ports import free_port
from tests.page.conftest import PATIENCE_MS, serving
from tests.page.test_live import NOTE_TRACKS
from tests.page.test_other_pages import another_site

EXAMPLE = Path(__file__).parent.parent.parent / "examples/listener.html"
NOTE_EVENTS = """
  window.heard = [];
  addEventListener("heed-word", ({ detail }) => heard.push(detail));
"""


@pytest.fixture
def site(browser: Browser) -> Iterator[Page]:
    """The example page, on another origin than the service that it names."""
    port = free_port()
    content = EXAMPLE.read_text().replace("localhost:8000", f"127.0.0.1:{port}")
    with another_site(content) as site, serving(port, cors_origins=site), browser.new_context() as context:
        context.grant_permissions(["microphone"], origin=site)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(NOTE_EVENTS + NOTE_TRACKS)
        page.goto(site)
        yield page


def test_the_example_page_hears_the_words_that_it_asks_for_and_no_others(site: Page) -> None:
    site.get_by_role("button", name="Listen").click()

    site.wait_for_function("heard.length == 2")  # of left, stop, yes and left again

    words = site.evaluate("heard")
    assert [word["label"] for word in words] == ["left", "left"]
    assert all(0.5 < word["confidence"] <= 1 and word["start"] < word["end"] for word in words)
    expect(site.locator("#ball")).to_have_attribute("style", re.compile(r"translateX\(-8rem\)"))
    expect(site.locator("heed-listener [part=word]")).to_contain_text("left, ")


def test_its_words_change_while_it_listens_and_its_microphone_closes_with_it(site: Page) -> None:
    listener = site.locator("heed-listener")
    site.get_by_role("button", name="Listen").click()
    expect(listener.locator("[part=state]")).to_contain_text("Listening")

    listener.evaluate("element => element.setAttribute('words', 'yes')")
    site.wait_for_function("heard.at(-1)?.label === 'yes'")
    listener.evaluate("element => element.remove()")

    assert site.evaluate("tracks.map((track) => track.readyState)") == ["ended"]
