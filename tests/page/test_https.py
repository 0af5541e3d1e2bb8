"""Over https the page listens to the microphone on a host that is not localhost, as a phone needs it."""

from pathlib import Path

import trustme
from playwright.sync_api import Browser, expect

from tests.app.certificates import issue
from tests.app.ports import free_port
from tests.page.conftest import open_page, serving


def test_on_another_host_the_page_hears_over_https_and_wss(browser: Browser, tmp_path: Path) -> None:
    files = issue(tmp_path, trustme.CA())
    with serving(free_port(), **files.settings) as url:
        address = url.replace("127.0.0.1", "heed.local")
        with browser.new_context(base_url=address, ignore_https_errors=True, permissions=["microphone"]) as context:
            page = context.new_page()
            open_page(page, "/#listen")
            with page.expect_websocket() as opened:
                page.get_by_role("button", name="Listen").click()

            expect(page.locator("#history b").first).to_be_visible()
            assert opened.value.url == f"{address.replace('https', 'wss')}/stream"
