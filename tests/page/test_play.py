"""The play view asks for every word, tells what it heard, and judges the microphone and the room."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.conftest import open_page

VERDICT = """async ([speech, noise, peak]) => {
  const { Room } = await import("/page/room.js");
  const room = new Room();
  for (let chunk = 0; chunk < 100; chunk++) {
    const isSpeech = chunk % 4 === 0;
    room.add({ samples: [isSpeech ? peak : 0], level: isSpeech ? speech : noise });
  }
  return room.judge().verdict;
}"""
LATE_WORD = """async () => {
  const { Round } = await import("/page/round.js");
  const round = new Round(["left", "stop"]);
  round.next(0);
  round.tick(4);
  round.hear({ word: "left", conf: 0.9, start: 3.5 }, 4.5);
  return { asked: round.asked.word, first: round.rows[0].heard };
}"""


@pytest.fixture
def play(page: Page) -> Page:
    page.route("**/labels", answer_three_words)
    page.get_by_role("link", name="Play").click()
    page.reload()
    expect(page.get_by_role("button", name="Begin the round")).to_be_enabled()
    return page


def answer_three_words(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(json=answer.json() | {"labels": ["_silence_", "left", "stop", "yes"]})


def test_a_round_tells_what_was_heard_for_each_word_and_judges_the_room(play: Page) -> None:
    play.get_by_role("button", name="Begin the round").click()

    expect(play.get_by_role("status").filter(has_text="Say “left”")).to_contain_text("1 of 3")
    expect(play.get_by_role("table").get_by_role("rowheader")).to_have_text(["left", "stop", "yes"])
    expect(play.locator("#round-rows tr").first).to_contain_text("%")
    expect(play.locator("#round-state")).to_contain_text("of 3 words were heard as they were meant")
    expect(play.locator("#round-state")).to_contain_text("Your microphone and room are good.")


def test_words_are_skipped_by_keyboard(play: Page) -> None:
    play.get_by_role("button", name="Begin the round").focus()
    play.keyboard.press("Enter")
    skip = play.get_by_role("button", name="Skip")
    for _ in range(3):
        skip.press("Enter")

    expect(play.locator("#round-rows tr")).to_have_count(3)


@pytest.mark.parametrize(
    ("speech", "noise", "peak", "verdict"),
    [(-60, -62, 20, "nothing"), (-5, -60, 32_767, "loud"), (-50, -75, 300, "quiet"), (-25, -35, 9_000, "noisy")],
)
def test_a_microphone_and_its_room_are_judged(page: Page, speech: int, noise: int, peak: int, verdict: str) -> None:
    judged = page.evaluate(VERDICT, [speech, noise, peak])

    assert judged == verdict


def test_a_word_that_comes_late_counts_for_the_word_that_was_asked_when_it_began(page: Page) -> None:
    heard = page.evaluate(LATE_WORD)

    assert heard == {"asked": "stop", "first": "left"}


def test_taught_words_are_asked_for_too(page: Page) -> None:
    page.route("**/labels", lambda route: route.fulfill(json={"labels": ["lamp"], "threshold": 0.5}))
    open_page(page, "/#recording")
    page.get_by_role("link", name="Play").click()
    page.get_by_role("button", name="Begin the round").click()

    expect(page.get_by_role("status").filter(has_text="Say “lamp”")).to_be_visible()
