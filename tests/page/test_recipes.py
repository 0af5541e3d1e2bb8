"""The browser's recipe of docs/recipes.md runs as it stands in a page of another site while the service restarts."""

import re
import socket
from pathlib import Path

from playwright.sync_api import Browser

from tests.app.ports import free_port
from tests.page.conftest import PATIENCE_MS, serving
from tests.page.test_other_pages import another_site

PAGE = Path(__file__).parent.parent.parent / "docs/recipes.md"
TRANSCRIBE, _, RECORD = re.findall(r"```js\n(.*?)```", PAGE.read_text(), re.DOTALL)


def test_what_the_microphone_hears_is_sent_until_the_service_answers(browser: Browser) -> None:
    port = free_port()
    recipe = (TRANSCRIBE + RECORD).replace("localhost:8000", f"127.0.0.1:{port}")
    with another_site() as site, browser.new_context() as context:
        context.grant_permissions(["microphone"], origin=site)
        page = context.new_page()
        page.goto(site)

        with page.expect_console_message(lambda message: message.type == "log", timeout=2 * PATIENCE_MS) as logged:
            with socket.create_server(("127.0.0.1", port)) as dying:
                page.evaluate(f"async () => {{ {recipe} }}")
                dying.accept()[0].close()
            with serving(port, cors_origins=site):
                text = logged.value.text

    assert text == "left"
