"""Where the service asks for a key, the page asks for it once a tab, sends it always, and shows it nowhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.ports import free_port
from tests.page.conftest import EXAMPLES, PATIENCE_MS, serving

KEY = "first~key+of/the.house=="


@pytest.fixture(scope="module")
def locked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text(f"{KEY}\n")
    with serving(free_port(), api_keys_file=keys) as url:
        yield url


@pytest.fixture
def page(browser: Browser, locked: str) -> Iterator[Page]:
    with browser.new_context(base_url=locked, permissions=["microphone"]) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto("/#recording")
        yield page


def give(page: Page, key: str) -> None:
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Use it").click()


def test_the_page_asks_for_a_key_and_goes_on_where_it_stopped(page: Page) -> None:
    expect(page.locator("#key-hint")).to_contain_text("This service answers only with a key")
    page.set_input_files("#file", EXAMPLES / "left.wav")

    give(page, KEY)

    expect(page.locator("#answer .words")).to_have_text("left")
    expect(page.get_by_label("API key")).to_be_hidden()
    expect(page.locator("#examples button").first).to_be_visible()


def test_a_wrong_key_is_asked_for_again(page: Page) -> None:
    give(page, "another-key-of-a-house")
    expect(page.locator("#key-hint")).to_contain_text("does not know this key")

    give(page, KEY)

    expect(page.locator("#examples button").first).to_be_visible()


def test_what_can_be_no_key_is_not_sent(page: Page) -> None:
    give(page, "clé de la maison")

    assert page.get_by_label("API key").evaluate("input => input.validity.patternMismatch")


def test_a_stream_carries_the_key_and_none_is_in_an_address(page: Page) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    give(page, KEY)
    page.get_by_role("link", name="Listen").click()

    with page.expect_websocket() as stream:
        page.get_by_role("button", name="Listen").click()

    expect(page.locator("#state")).to_contain_text("Listening")
    assert len(addresses) > 1
    assert not any("?" in address or "bearer" in address for address in [stream.value.url, *addresses])


def test_a_tab_keeps_its_key_and_another_has_none(page: Page) -> None:
    give(page, KEY)
    page.locator("#examples button").first.wait_for()
    other = page.context.new_page()

    page.reload()
    other.goto("/#recording")

    expect(page.locator("#examples button").first).to_be_visible()
    expect(other.get_by_label("API key")).to_be_visible()
    assert other.evaluate("localStorage.length") == 0


def test_the_command_for_a_shell_names_a_variable_instead_of_the_key(page: Page) -> None:
    give(page, KEY)

    page.get_by_role("button", name="left").click()

    expect(page.locator("#curl")).to_contain_text('-H "Authorization: Bearer $HEED_API_KEY" http')
    assert KEY not in page.content()


def test_the_field_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})

    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    assert widths[0] <= widths[1]
    expect(page.get_by_label("API key")).to_be_focused()
