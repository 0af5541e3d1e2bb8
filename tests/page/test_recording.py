"""A recording comes as a file, an example, a drop or from the microphone, and the page shows what is in it."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import soundfile
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
    expect(page.get_by_role("img", name="Probability of each label over time; heard: left")).to_be_visible()
    is_drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert all(canvas.evaluate(is_drawn) for canvas in page.locator("#plot canvas").all())


def test_a_file_can_be_dropped_anywhere_also_on_the_other_view(page: Page) -> None:
    page.get_by_role("link", name="Listen").click()

    page.evaluate(DROP, list((EXAMPLES / "stop.wav").read_bytes()))

    expect(page.locator("#answer .words")).to_have_text("stop")
    expect(page.locator("#answer")).to_contain_text("dropped.wav")


def test_what_is_wrong_with_a_file_is_said_in_a_persons_words(page: Page) -> None:
    page.set_input_files("#file", {"name": "memo.key", "mimeType": "text/plain", "buffer": b"no sound"})

    expect(page.locator("#answer")).to_contain_text("read this kind of file (KEY). Choose a sound file")
    expect(page.locator("#inspection")).to_be_hidden()


def test_a_file_that_only_the_browser_can_read_is_decoded_by_it(page: Page, tmp_path: Path) -> None:
    answers = [{"status": 415, "json": {"type": "urn:heed:not-audio", "detail": "no file that heed knows"}}]
    page.route("**/inspect", lambda route: route.fulfill(**answers.pop()) if answers else route.continue_())
    path = tmp_path / "memo.flac"
    soundfile.write(path, *soundfile.read(EXAMPLES / "left.wav"))

    page.set_input_files("#file", path)

    expect(page.locator("#answer .words")).to_have_text("left")
    expect(page.locator("#answer")).to_contain_text("memo.flac")
    expect(page.locator("#curl")).to_contain_text("file=@memo.wav")
    expect(page.get_by_role("link", name="Download")).to_have_attribute("download", "memo.wav")


def test_a_word_has_one_number_on_the_page_and_in_the_json(page: Page) -> None:
    page.get_by_role("button", name="commands").click()
    page.locator("#events li").first.wait_for()

    answer = json.loads(page.locator("#json").text_content() or "")
    numbers = [f"{100 * event['confidence']:.1f} %" for event in answer["events"]]
    shown = page.locator("#label-peaks li").all_text_contents()
    assert sorted(filter(None, shown)) == sorted(numbers)
    assert page.locator("#event-list .sure").all_text_contents() == [f"{number} sure" for number in numbers]
    assert answer["confidence"] == max(event["confidence"] for event in answer["events"])


def test_a_tapped_word_says_what_its_number_means(page: Page) -> None:
    page.get_by_role("button", name="left").click()

    page.locator("#answer .sure").click()

    expect(page.locator("#sure-meaning")).to_be_visible()
    expect(page.locator("#sure-meaning")).to_contain_text("of a hundred words that it reports at 84 %")


def test_a_recording_that_is_stopped_is_heard_like_a_file(page: Page) -> None:
    page.get_by_role("button", name="Record").click()
    page.locator("#record-time", has_text="0:02").wait_for()

    page.get_by_role("button", name="Stop", exact=True).click()

    expect(page.locator("#answer")).to_contain_text(re.compile(r"heed-\d{4}-.*\.wav · "))
    assert 2 <= json.loads(page.locator("#json").text_content() or "")["duration_seconds"] < 4
    expect(page.get_by_role("button", name="Record")).to_be_visible()


def test_a_recording_ends_with_a_pause_and_can_be_kept_under_the_name_in_its_command(page: Page) -> None:
    page.get_by_role("button", name="Record").click()
    page.locator("#events li").first.wait_for()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()

    events = json.loads(page.locator("#json").text_content() or "")["events"]
    assert {event["label"] for event in events} <= set(SPOKEN)
    expect(page.locator("#curl")).to_contain_text(f"-F file=@{download.value.suggested_filename} http")
    assert soundfile.info(download.value.path()).duration > 2


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
