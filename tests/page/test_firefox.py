"""The page works in Firefox too, as far as a machine without sound can tell: no AudioContext runs in one there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.ports import free_port
from tests.page.conftest import serving
from tests.page.firefox import Tab, firefox
from tests.page.test_accessibility import VIEWS

NO_FIREFOX = "no firefox-esr here (apt-get install firefox-esr)"


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    program = shutil.which("firefox-esr")
    if program is None:
        pytest.skip(NO_FIREFOX)
    with serving(free_port()) as url, firefox(program, tmp_path) as tab:
        tab.open(url)
        yield tab


def test_firefox_shows_every_view_and_hears_a_recording(tab: Tab) -> None:
    tab.evaluate("window.errors = []; addEventListener('error', ({ message }) => errors.push(message))")
    for view in VIEWS:
        tab.evaluate(f"document.querySelector('nav a[href=\"#{view}\"]').click()")
        tab.wait_for(f"document.getElementById('{view}').checkVisibility()")
    tab.wait_for("document.querySelectorAll('#bars li').length === 10")
    tab.wait_for("document.querySelector('#examples button:nth-of-type(3)')?.textContent === 'left'")

    tab.evaluate("document.querySelector('#examples button:nth-of-type(3)').click()")

    tab.wait_for("document.querySelector('#answer .words').textContent === 'left'")
    assert tab.evaluate("errors.join()") == ""
