"""The game follows orders from where the dot was when they began; the page steers it by voice and by keys."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import open_page

PLAY = """async (orders) => {
  const { Game } = await import("/page/game.js");
  const places = [6 / 7, 3 / 7, 0, 0, 0.5, 6 / 7]; // targets at (6, 3), (0, 0) and (3, 6), which is a diamond
  const game = new Game(() => places.shift() ?? 0);
  for (const [advance, command, ago] of orders) {
    game.advance(advance);
    if (command) game.order(command, ago ?? 0);
  }
  const { cell, isMoving, hits, points, reactions, isOver } = game;
  return { cell, isMoving, hits, points, reactions, isOver };
}"""


def play(page: Page, *orders: list[object]) -> dict[str, Any]:
    """What became of a game with orders [ms that pass before it, command, how long ago it began]."""
    game: dict[str, Any] = page.evaluate(PLAY, list(orders))
    return game


def test_the_dot_takes_a_ring_that_it_passes_and_the_edge_stops_it(page: Page) -> None:
    game = play(page, [300, "right"], [2200])

    assert game["cell"] == [6, 3]
    assert game["hits"] == game["points"] == 1
    assert game["reactions"] == [300]
    assert not game["isMoving"]


def test_an_order_counts_from_where_the_dot_was_when_it_began(page: Page) -> None:
    game = play(page, [0, "right"], [1600, "stop", 900])

    assert game["cell"] == [4, 3]


def test_a_diamond_is_taken_by_a_stop_alone(page: Page) -> None:
    until_diamond: list[list[object]] = [[0, "right"], [1500, "up"], [1500, "left"], [3000, "down"], [3000, "right"]]
    passed = play(page, *until_diamond, [1600])
    stopped = play(page, *until_diamond, [1600, "stop"])

    assert (passed["hits"], passed["points"]) == (2, 2)
    assert (stopped["hits"], stopped["points"]) == (3, 5)


def test_a_game_is_over_after_a_minute(page: Page) -> None:
    game = play(page, [60_000], [0, "right"], [1000])

    assert game["isOver"]
    assert game["cell"] == [3, 3]


def test_the_dot_is_steered_by_keys_and_stands_while_the_game_is_paused(page: Page) -> None:
    open_page(page, "/#recording")
    page.get_by_role("link", name="Play").click()
    page.get_by_role("button", name="Play with keys").click()
    expect(page.get_by_role("application", name="Board of the game")).to_be_focused()
    expect(page.locator("#game-state")).to_contain_text("The dot stands at column 4, row 4.")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#game-order")).to_have_text("right")
    expect(page.locator("#game-reaction")).to_contain_text("0.")
    page.keyboard.press("Escape")

    expect(page.get_by_role("status").filter(has_text="Paused.")).to_be_visible()
    left = page.locator("#game-left").inner_text()
    page.wait_for_timeout(1200)
    expect(page.locator("#game-left")).to_have_text(left)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#game-left")).not_to_have_text(left)


def test_at_the_end_it_says_what_was_reached_and_offers_another_game(page: Page) -> None:
    page.clock.install()
    open_page(page, "/#recording")
    page.get_by_role("link", name="Play").click()
    page.get_by_role("button", name="Play with keys").click()
    page.keyboard.press("Space")
    for _ in range(61):  # all at once it takes longer than a call may on a busy machine
        page.clock.run_for(1_000)

    expect(page.locator("#game-state")).to_contain_text("Time!")
    expect(page.locator("#game-left")).to_have_text("0 s")
    expect(page.get_by_role("button", name="Play with keys")).to_be_visible()


def test_the_dot_is_steered_by_voice(page: Page) -> None:
    page.get_by_role("link", name="Play").click()
    page.get_by_role("button", name="Play by voice").click()

    expect(page.locator("#game-order")).to_have_text("left")
    expect(page.locator("#game-order")).to_have_text("stop")


def test_a_game_does_not_go_on_when_another_view_listens(page: Page) -> None:
    page.get_by_role("link", name="Play").click()
    page.get_by_role("button", name="Play by voice").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()

    page.get_by_role("link", name="Listen").click()
    page.get_by_role("button", name="Listen").click()
    page.locator("#history b").first.wait_for()

    expect(page.locator("#game-state")).to_have_text("Paused.")


def test_a_round_pauses_the_game(page: Page) -> None:
    page.get_by_role("link", name="Play").click()
    page.get_by_role("button", name="Play with keys").click()
    page.get_by_role("button", name="Begin the round").click()

    expect(page.locator("#game-state")).to_have_text("Paused.")
    expect(page.locator("#round-state")).to_contain_text("Say “")


@pytest.mark.parametrize("known", [["yes", "no"], ["left", "right", "up", "down", "go"]])
def test_a_model_without_the_words_offers_the_keyboard(page: Page, known: list[str]) -> None:
    page.route("**/labels", lambda route: route.fulfill(json={"labels": known, "threshold": 0.5}))
    page.get_by_role("link", name="Play").click()

    expect(page.locator("#game-state")).to_contain_text("stop. Play with keys.")
    expect(page.get_by_role("button", name="Play by voice")).to_be_disabled()
    expect(page.get_by_role("button", name="Play with keys")).to_be_enabled()
