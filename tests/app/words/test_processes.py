"""Several processes and machines share the taught words of one database."""

import json
import os
import signal
import time

import httpx2

from model.recognizer import SHIPPED
from tests.app.server.test_processes import service
from tests.app.serving import wait_until
from tests.app.words.lessons import SEVEN, files
from tests.app.words.postgres import Postgres

PATIENCE_SECONDS = 10.0  # a second is enough where processors are free


def heard(url: str, n_times: int = 1) -> set[str]:
    """What is heard over as many connections, which reach all workers."""
    return {httpx2.post(f"{url}/transcribe", content=SEVEN).json()["text"] for _ in range(n_times)}


def come_to_hear(words: set[str], *urls: str) -> bool:
    """Whether all workers hear this before long."""
    wait_until(lambda: all(heard(url, 20) == words for url in urls), seconds=PATIENCE_SECONDS)
    return all(heard(url, 20) == words for url in urls)


def test_every_worker_of_every_machine_soon_hears_a_new_word(url: str) -> None:
    with service(SHIPPED, 2, database=url) as (_, first), service(SHIPPED, 2, database=url) as (_, second):
        taught = httpx2.put(f"{first}/words/seven", files=files(), timeout=30)

        assert taught.status_code == 201
        assert come_to_hear({"seven"}, first, second)

        httpx2.delete(f"{second}/words/seven")

        assert come_to_hear({""}, first, second)


def test_a_killed_service_loses_no_word_that_it_has_accepted(url: str) -> None:
    with service(SHIPPED, 2, database=url) as (process, address):
        taught = httpx2.put(f"{address}/words/seven", files=files(), timeout=30)
        os.killpg(process.pid, signal.SIGKILL)

    with service(SHIPPED, 2, database=url) as (_, address):
        assert (taught.status_code, heard(address, 20)) == (201, {"seven"})


def test_words_go_on_being_heard_while_their_database_is_away(server: Postgres) -> None:
    with service(SHIPPED, 1, database=server.url, log_level="warning") as (process, address):
        httpx2.put(f"{address}/words/seven", files=files(), timeout=30)
        server.stop()
        time.sleep(1.0)  # for several looks at the database
        away = httpx2.get(f"{address}/words"), heard(address)
        server.start()
        wait_until(lambda: httpx2.get(f"{address}/words").status_code == 200, seconds=10)
        again = httpx2.put(f"{address}/words/number", files=files(), timeout=30)
        process.terminate()
        log = [json.loads(line)["event"] for line in process.communicate(timeout=20)[1].splitlines()]

    assert (away[0].status_code, away[0].json()["type"]) == (503, "urn:heed:words-unavailable")
    assert (away[1], again.status_code) == ({"seven"}, 201)
    assert len([event for event in log if event.startswith("Taught words stay as they are")]) == 1
