"""The page follows the microphone live; it says what stands in the way, and tries again what can be cured."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.ports import free_port
from tests.page.conftest import PATIENCE_MS, SPOKEN, open_page, serving

NOTE_TRACKS = """
  window.tracks = [];
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  media.getUserMedia = async (wish) => {
    const stream = await open(wish);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
"""
FAIL = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s'); };"


def listen(page: Page) -> None:
    open_page(page, "/#listen")
    page.get_by_role("button", name="Listen").click()
    expect(page.locator("#state")).to_contain_text("Listening")


def test_spoken_words_appear_large_and_in_the_list(page: Page) -> None:
    listen(page)

    page.locator("#history li:nth-child(3) b").wait_for()

    heard = page.locator("#history b").all_text_contents()
    assert set(heard) == set(SPOKEN)
    expect(page.locator("#heard .words")).to_have_text(heard[0])
    page.get_by_role("img", name="The last ten seconds: " + heard[-1]).wait_for()


def test_a_word_has_the_same_number_wherever_it_stands(page: Page) -> None:
    listen(page)
    page.locator("#history b").first.wait_for()

    page.get_by_role("button", name="Stop", exact=True).click()

    number = page.locator("#history li:first-child span").inner_text()
    expect(page.locator("#heard .sure")).to_have_text(f"{number} sure")
    expect(page.locator("#bars .is-heard .number")).to_have_text(number)


def test_the_threshold_says_what_it_does(page: Page) -> None:
    open_page(page, "/#listen")
    expect(page.locator("#threshold-meaning")).to_contain_text("This is its usual setting.")

    page.locator("#threshold").fill("0.9")

    expect(page.locator("#threshold-meaning")).to_contain_text("at least 90 % sure. Above its usual")


def test_a_threshold_is_told_to_the_service_while_it_listens(page: Page) -> None:
    sent: list[str | bytes] = []
    with page.expect_websocket() as opened:
        listen(page)
    opened.value.on("framesent", lambda message: sent.append(message))

    with opened.value.expect_event("framesent", lambda message: isinstance(message, str)):
        page.locator("#threshold").fill("0.97")

    expect(page.locator("#threshold-value")).to_have_text("97 %")
    texts = [json.loads(message) for message in sent if isinstance(message, str)]
    assert texts == [{"config": {"threshold": 0.97}}]


def test_to_stop_switches_the_microphone_off(page: Page) -> None:
    page.add_init_script(NOTE_TRACKS)
    page.reload()
    listen(page)

    page.get_by_role("button", name="Stop", exact=True).click()

    expect(page.locator("#state")).to_have_text("The microphone is off.")
    assert page.evaluate("tracks.map((track) => track.readyState)") == ["ended"]


def test_to_leave_the_view_switches_the_microphone_off(page: Page) -> None:
    page.add_init_script(NOTE_TRACKS)
    page.reload()
    listen(page)

    page.get_by_role("link", name="Recording").click()

    expect(page.locator("#state")).to_have_text("The microphone is off.")
    assert page.evaluate("tracks.map((track) => track.readyState)") == ["ended"]


@pytest.mark.parametrize(
    ("error", "words"),
    [("NotFoundError", "No microphone was found"), ("NotReadableError", "another program may be using it")],
)
def test_without_a_microphone_the_page_says_so(page: Page, error: str, words: str) -> None:
    page.add_init_script(FAIL % error)
    page.reload()
    page.get_by_role("link", name="Listen").click()

    page.get_by_role("button", name="Listen").click()

    expect(page.locator("#state")).to_contain_text(words)
    expect(page.get_by_role("button", name="Listen")).to_be_enabled()


def test_a_microphone_that_is_refused_is_asked_for_again_by_the_person_alone(browser: Browser, service: str) -> None:
    with browser.new_context(base_url=service) as context:  # without leave
        context.grant_permissions([])
        page = context.new_page()
        open_page(page, "/#listen")

        page.get_by_role("button", name="Listen").click()

        expect(page.locator("#state")).to_contain_text("The microphone was refused. Allow it for this page")
        expect(page.get_by_role("button", name="Listen")).to_be_enabled()


def test_on_a_page_that_browsers_do_not_trust_it_says_what_would_be_right(browser: Browser, service: str) -> None:
    address = service.replace("127.0.0.1", "heed.local")
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        open_page(page, "/#listen")

        page.get_by_role("button", name="Listen").click()

        expect(page.locator("#state")).to_contain_text("only to pages from localhost or over https")
        expect(page.locator("#state")).to_contain_text(address)


def test_after_a_restart_of_the_service_it_connects_and_hears_again(browser: Browser) -> None:
    port = free_port()
    with browser.new_context(base_url=f"http://127.0.0.1:{port}", permissions=["microphone"]) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        with serving(port):
            listen(page)
        expect(page.locator("#state")).to_contain_text("No connection to the service")
        expect(page.locator("#state")).to_contain_text("Trying again in")
        n_before = page.locator("#history b").count()

        with serving(port):
            expect(page.locator("#state")).to_contain_text("Listening")
            page.locator(f"#history li:nth-child({n_before + 1}) b").wait_for()
