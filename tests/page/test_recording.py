"""A recording comes as a file, an example, a drop or from the microphone, and the page shows what is in it."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import EXAMPLES, SPOKEN

DROP = """bytes => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "dropped.wav"));
  for (const type of ["dragover", "drop"]) {
    window.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


def test_an_uploaded_word_is_shown_large_and_as_json(page: Page) -> None:
    page.set_input_files("#file", EXAMPLES / "left.wav")

    expect(page.locator("#answer .words")).to_have_text("left")
    expect(page.locator("#answer")).to_contain_text("left.wav")
    assert json.loads(page.locator("#json").text_content() or "")["text"] == "left"


def test_an_example_takes_one_click(page: Page) -> None:
    page.get_by_role("button", name="yes").click()

    expect(page.locator("#answer .words")).to_have_text("yes")


def test_a_word_that_is_no_command_is_not_accepted_and_the_page_says_why(page: Page) -> None:
    page.get_by_role("button", name="seven").click()

    expect(page.locator("#answer .words")).to_have_text("Another word")
    expect(page.locator("#events li")).to_have_count(0)


def test_several_words_stand_in_order_on_the_time_axis(page: Page, recording: Path) -> None:
    page.set_input_files("#file", recording)

    expect(page.locator("#answer .words")).to_have_text(" ".join(SPOKEN))
    expect(page.locator("#events b")).to_have_text(SPOKEN)
    lefts = page.locator("#events li").evaluate_all("items => items.map((item) => item.offsetLeft)")
    assert lefts == sorted(set(lefts))


def test_every_lane_is_drawn_and_described(page: Page, recording: Path) -> None:
    page.set_input_files("#file", recording)

    expect(page.get_by_role("img", name="Waveform of 7.")).to_be_visible()
    expect(page.get_by_role("img", name="MFCC picture of")).to_be_visible()
    expect(page.get_by_role("img", name="Highest probability of each label: yes")).to_be_visible()
    is_drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert all(canvas.evaluate(is_drawn) for canvas in page.locator("#plot canvas").all())


def test_a_file_can_be_dropped_anywhere_also_on_the_other_view(page: Page) -> None:
    page.get_by_role("link", name="Listen").click()

    page.evaluate(DROP, list((EXAMPLES / "stop.wav").read_bytes()))

    expect(page.locator("#answer .words")).to_have_text("stop")
    expect(page.locator("#answer")).to_contain_text("dropped.wav")


def test_what_the_service_says_is_wrong_is_shown_as_it_is(page: Page, service: str) -> None:
    said = httpx2.post(f"{service}/inspect", files={"file": ("notes.txt", b"no sound")}).json()["detail"]

    page.set_input_files("#file", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no sound"})

    expect(page.locator("#answer")).to_contain_text(said)
    expect(page.locator("#inspection")).to_be_hidden()


def test_a_recording_from_the_microphone_is_heard_like_a_file(page: Page) -> None:
    page.get_by_role("button", name="Record").click()
    page.locator("#record-time", has_text="0:02").wait_for()

    page.get_by_role("button", name="Stop", exact=True).click()

    expect(page.locator("#answer")).to_contain_text("recording.wav · ")
    assert 2 <= json.loads(page.locator("#json").text_content() or "")["duration_seconds"] < 4
    expect(page.get_by_role("button", name="Record")).to_be_visible()


@pytest.mark.parametrize("name", ["left.wav", """it's "le;ft", 1.wav"""])
def test_the_copied_command_asks_the_same_in_a_shell(page: Page, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes((EXAMPLES / "left.wav").read_bytes())
    page.set_input_files("#file", tmp_path / name)

    page.get_by_role("button", name="Copy as curl").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    command = shlex.split(page.evaluate("navigator.clipboard.readText()"))
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=10, check=True).stdout
    assert json.loads(answer)["text"] == "left"


def test_the_cursor_moves_while_the_recording_is_played(page: Page, recording: Path) -> None:
    page.set_input_files("#file", recording)

    page.get_by_role("button", name="Play").click()

    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator("#cursor")).to_have_css("transform", re.compile(r"matrix\(1, 0, 0, 1, \d\d"))
