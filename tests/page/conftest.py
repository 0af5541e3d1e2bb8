"""Fixtures for the page: a running service, and a real Chromium whose microphone plays a file."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright

from tests.app.ports import free_port
from tests.app.server.test_processes import is_ready
from tests.signals import Signal, noise

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SPOKEN = ["left", "stop", "yes"]  # what the microphone hears, again and again
PAUSE_SECONDS = 1.2
PATIENCE_MS = 30_000  # only a failing test waits so long; a busy machine may need some of it

NO_CHROMIUM = "no chromium here; the page is tested in one (apt-get install chromium)"


def spoken(words: list[str]) -> Signal:
    """Words with pauses before, between and after them, in faint noise, (time,) at 16 kHz."""
    pause = np.zeros(round(PAUSE_SECONDS * 16_000), np.float32)
    said = [part for word in words for part in (pause, soundfile.read(EXAMPLES / f"{word}.wav", dtype="float32")[0])]
    signal = np.concatenate([*said, pause])
    return signal + noise(len(signal), amplitude=0.001)


@contextmanager
def serving(port: int, **settings: object) -> Iterator[str]:
    """The service with the shipped model, from the moment it is ready, and its address."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HEED_")}
    environment = ours | {"HEED_PORT": str(port), "HEED_WORKERS": "1", "HEED_LOG_LEVEL": "warning"}
    environment |= {f"HEED_{name.upper()}": str(value) for name, value in settings.items()}
    with subprocess.Popen([sys.executable, "-m", "app"], env=environment) as process:
        try:
            url = f"{'https' if 'tls_certificate' in settings else 'http'}://127.0.0.1:{port}"
            end = time.monotonic() + 60
            while not is_ready(url) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()


@pytest.fixture(scope="package")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoken") / "spoken.wav"
    soundfile.write(path, spoken(SPOKEN), 16_000, subtype="PCM_16")
    return path


# Of the package, not of the session: while Playwright runs, no other test of this thread can run an event loop.
@pytest.fixture(scope="package")
def chromium() -> Iterator[BrowserType]:
    if shutil.which("chromium") is None:
        pytest.skip(NO_CHROMIUM)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="package")
def browser(chromium: BrowserType, recording: Path) -> Iterator[Browser]:
    with browser_that_hears(chromium, recording) as browser:
        yield browser


@contextmanager
def browser_that_hears(chromium: BrowserType, recording: Path) -> Iterator[Browser]:
    """A Chromium whose microphone plays a recording, again and again."""
    microphone = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={recording}"]
    names = "--host-resolver-rules=MAP heed.local 127.0.0.1, MAP evil.example 127.0.0.1"  # neither localhost nor https
    browser = chromium.launch(executable_path=shutil.which("chromium"), args=[*microphone, names])
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def service(browser: Browser) -> Iterator[str]:
    with serving(free_port()) as url:
        yield url


@pytest.fixture
def context(browser: Browser, service: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=service)
    context.set_default_timeout(PATIENCE_MS)
    context.grant_permissions(["microphone", "clipboard-read", "clipboard-write"], origin=service)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The page with the recording view, as it is after loading, with all that comes a moment later."""
    page = context.new_page()
    open_page(page)
    return page


def open_page(page: Page, path: str = "/#recording") -> None:
    page.goto(path)
    page.locator("#examples button, #bars li").first.wait_for()
