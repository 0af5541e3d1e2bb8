"""The teach view learns a word that is said or typed, lets it be tried at once, and keeps all words in order."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import BrowserType, Page, expect

from model.audio import SAMPLE_RATE
from model.voices import speak
from tests.app.ports import free_port
from tests.page.conftest import PATIENCE_MS, browser_that_hears, serving
from tests.signals import noise

VIEW = "/#teach"


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone hears, again and again: "lamp" by one voice, with pauses."""
    path = tmp_path_factory.mktemp("lamps") / "lamps.wav"
    pause = np.zeros(SAMPLE_RATE, np.float32)
    said = np.concatenate([part for take in speak("lamp")[:3] for part in (pause, take)])
    soundfile.write(path, said + noise(len(said), amplitude=0.001), SAMPLE_RATE, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def service_that_learns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = tmp_path_factory.mktemp("words") / "words.db"
    with serving(free_port(), database=f"sqlite:///{database}") as url:
        yield url


@pytest.fixture
def teach(lamps: Path, service_that_learns: str, chromium: BrowserType) -> Iterator[Page]:
    with browser_that_hears(chromium, lamps) as browser:
        context = browser.new_context(base_url=service_that_learns)
        context.set_default_timeout(PATIENCE_MS)
        context.grant_permissions(["microphone"], origin=service_that_learns)
        page = context.new_page()
        page.goto(VIEW)
        page.locator("#taught li").first.wait_for()
        yield page
        context.close()


def test_a_word_that_is_said_three_times_is_heard_at_once(teach: Page) -> None:
    teach.get_by_label("Your word").fill("lamp")
    teach.get_by_role("button", name="Say it three times").click()

    expect(teach.locator("#takes .verdict", has_text="good")).to_have_count(3)
    expect(teach.get_by_role("status").filter(has_text="is live")).to_be_visible()
    expect(teach.locator("#trial-count")).to_contain_text("heard once")


def test_a_word_is_learned_from_its_text(teach: Page) -> None:
    teach.get_by_label("Your word").fill("Banana")
    teach.get_by_role("button", name="Teach it from its text").click()

    expect(teach.locator("#taught li", has_text="banana")).to_contain_text("text")
    expect(teach.locator("#trial-word")).to_have_text("banana")


def test_a_word_that_the_model_knows_is_refused_with_a_sentence(teach: Page) -> None:
    teach.get_by_label("Your word").fill("left")
    teach.get_by_role("button", name="Teach it from its text").click()

    expect(teach.get_by_role("status").filter(has_text="knows the word 'left' already")).to_be_visible()


def test_a_word_is_renamed_and_forgotten(teach: Page) -> None:
    teach.get_by_label("Your word").fill("orange")
    teach.get_by_role("button", name="Teach it from its text").click()
    expect(teach.locator("#taught b", has_text="orange")).to_be_visible()
    teach.once("dialog", lambda dialog: dialog.accept("tangerine"))
    teach.get_by_role("button", name="Rename: orange").click()
    expect(teach.locator("#taught b", has_text="tangerine")).to_be_visible()
    teach.once("dialog", lambda dialog: dialog.accept())
    teach.get_by_role("button", name="Forget: tangerine").click()

    expect(teach.get_by_role("status").filter(has_text="“tangerine” is forgotten.")).to_be_visible()
    expect(teach.locator("#taught b", has_text="tangerine")).to_have_count(0)


def test_words_are_exported_and_imported(teach: Page, tmp_path: Path) -> None:
    teach.get_by_label("Your word").fill("cherry")
    teach.get_by_role("button", name="Teach it from its text").click()
    expect(teach.locator("#taught b", has_text="cherry")).to_be_visible()
    with teach.expect_download() as download:
        teach.get_by_role("button", name="Export all").click()
    download.value.save_as(tmp_path / "words.zip")
    teach.set_input_files("#import", tmp_path / "words.zip")

    expect(teach.get_by_role("status").filter(has_text="Imported: ")).to_contain_text("cherry")


def test_a_take_that_is_refused_says_why_and_is_asked_for_again(teach: Page) -> None:
    sentence = "the word is cut off; begin a moment later"
    refusal = {"status": 422, "type": "urn:heed:cut-off", "title": "Cut off", "detail": sentence}
    teach.route("**/words/plum*", lambda route: route.fulfill(status=422, json=refusal), times=1)
    teach.get_by_label("Your word").fill("plum")
    teach.get_by_role("button", name="Say it three times").click()

    expect(teach.locator("#takes .verdict")).to_have_text([sentence, "good", "good", "good"])


def test_a_service_that_learns_nothing_says_so(teach: Page) -> None:
    answer = {"words": [], "teaching": False, "reason": "HEED_TEACHING is off", "voices": 0}
    teach.route("**/words", lambda route: route.fulfill(json=answer))
    teach.reload()

    expect(teach.get_by_role("status").filter(has_text="HEED_TEACHING is off")).to_be_visible()
    expect(teach.get_by_role("button", name="Say it three times")).to_be_disabled()
