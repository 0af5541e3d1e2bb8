"""Words are taught, listed, changed and forgotten over HTTP, and heard as soon as they are taught."""

from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from model.voices import voices
from tests.app.words.lessons import SEVEN, database, files, recordings_of
from tests.model.taught import example
from tests.signals import encode, noise


@pytest.fixture(scope="module")
def shipped() -> Recognizer:
    return Recognizer.load(second_opinion="unsure")


@pytest.fixture
def client(tmp_path: Path, shipped: Recognizer) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(database=database(tmp_path)), shipped)) as client:
        yield client


def heard(client: TestClient, query: str = "") -> str:
    text: str = client.post(f"/transcribe{query}", content=SEVEN).json()["text"]
    return text


def test_a_word_is_heard_once_it_is_taught_and_no_more_once_it_is_forgotten(client: TestClient) -> None:
    before = heard(client)
    taught = client.put("/words/seven", files=files())
    while_taught = heard(client)
    forgotten = client.delete("/words/seven")

    assert (taught.status_code, forgotten.status_code) == (201, 204)
    assert (before, while_taught, heard(client)) == ("", "seven", "")


def test_a_word_takes_under_two_seconds_of_a_processor_to_its_first_right_answer(client: TestClient) -> None:
    start = process_time()

    client.put("/words/seven", files=files(n=3))

    assert heard(client) == "seven"
    assert process_time() - start < 2


def test_the_answer_describes_the_word(client: TestClient) -> None:
    answer = client.put("/words/Seven", files=files(n=3)).json()

    assert (answer["word"], answer["source"], answer["text"]) == ("seven", "recordings", None)
    assert (answer["recall"], answer["threshold"], answer["look_alikes"]) == (1.0, 0.672, [])
    assert len(answer["recordings"]) == 3
    assert client.get("/words/seven").json() == client.get("/words").json()["words"][0] == answer


def test_a_word_is_replaced_as_a_whole(client: TestClient) -> None:
    first = client.put("/words/seven", files=files())

    second = client.put("/words/seven", files=files(n=2))

    assert second.status_code == 200
    assert len(recordings_of(second)) == 2
    assert recordings_of(first)[0] not in recordings_of(second)


def test_a_word_may_be_taught_by_one_recording_as_the_body(client: TestClient) -> None:
    answer = client.put("/words/seven", content=encode(example("seven")))

    assert (answer.status_code, heard(client)) == (201, "seven")


def test_recordings_are_added_played_and_removed(client: TestClient) -> None:
    client.put("/words/seven", files=files())

    added = client.post("/words/seven/recordings", files=files(n=2))
    first = added.json()["recordings"][0]["url"]
    played = client.get(first)
    removed = client.delete(first)

    assert (added.status_code, len(recordings_of(added)), removed.status_code) == (201, 3, 204)
    assert (played.headers["content-type"], len(played.content)) == ("audio/wav", 44 + 32_000)
    assert recordings_of(client.get("/words/seven")) == recordings_of(added)[1:]


def test_the_last_recording_stays(client: TestClient) -> None:
    url = client.put("/words/seven", files=files()).json()["recordings"][0]["url"]

    answer = client.delete(url)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:heed:last-recording")


def test_a_word_is_renamed(client: TestClient) -> None:
    client.put("/words/seven", files=files())

    answer = client.patch("/words/seven", json={"word": "Zahl Sieben"})

    assert (answer.status_code, answer.json()["word"]) == (200, "zahl sieben")
    assert (heard(client), heard(client, "?words=left,Zahl%20sieben")) == ("zahl sieben", "zahl sieben")
    assert client.get("/words/seven").status_code == 404


def test_a_name_that_is_taught_already_is_no_new_name(client: TestClient) -> None:
    client.put("/words/seven", files=files())
    client.put("/words/eight", files=files("stop"))

    answer = client.patch("/words/seven", json={"word": "eight"})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:heed:word-exists")
    assert [word["word"] for word in client.get("/words").json()["words"]] == ["seven", "eight"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_word_of_the_model_is_taken(client: TestClient, method: str) -> None:
    client.put("/words/seven", files=files())

    put = client.put("/words/left", files=files())
    renamed = client.patch("/words/seven", json={"word": "left"})

    assert {(answer.status_code, answer.json()["type"]) for answer in (put, renamed)} == {(409, "urn:heed:word-taken")}


def test_a_look_alike_is_told_of_both_words(client: TestClient) -> None:
    client.put("/words/seven", files=files())
    client.put("/words/sieben", files=files())

    first, second = client.get("/words").json()["words"]

    assert (first["look_alikes"][0]["word"], second["look_alikes"][0]["word"]) == ("sieben", "seven")
    assert first["look_alikes"][0]["confidence"] == second["look_alikes"][0]["confidence"] > 0.9


def test_a_word_like_one_of_the_model_s_is_reported(client: TestClient) -> None:
    answer = client.put("/words/lift", files=files("left")).json()

    assert answer["look_alikes"][0]["word"] == "left"


def test_one_bad_recording_is_named_and_nothing_is_kept(client: TestClient) -> None:
    bad = ("file", ("bad.wav", encode(example("seven")[6_400:])))

    answer = client.put("/words/seven", files=[*files(), bad])

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:heed:cut-off")
    assert answer.json()["detail"].startswith("recording 2 (bad.wav): the word is cut off")
    assert client.get("/words").json()["words"] == []


needs_voices = pytest.mark.skipif(not voices(), reason="no voice here that could speak a typed word")


@needs_voices
def test_a_typed_word_is_heard(client: TestClient) -> None:
    answer = client.put("/words/seven", json={"text": "seven"})

    assert (answer.status_code, heard(client)) == (201, "seven")
    assert (answer.json()["source"], answer.json()["text"], recordings_of(answer)) == ("text", "seven", [])
    assert client.get("/words").json()["voices"] == len(voices())


@needs_voices
def test_a_word_may_be_typed_and_recorded(client: TestClient) -> None:
    answer = client.put("/words/seven", files=files(), data={"text": "seven"})
    number = recordings_of(answer)[0]

    removed = client.delete(f"/words/seven/recordings/{number}")

    assert (answer.json()["source"], removed.status_code) == ("both", 204)
    assert client.get("/words/seven").json()["source"] == "text"


@pytest.mark.parametrize("language", ["../../etc/passwd", "EN", "en+f2", ""])
def test_a_language_is_no_file(client: TestClient, language: str) -> None:
    answer = client.put("/words/seven", json={"text": "seven", "language": language})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:heed:bad-parameter")


def refused(client: TestClient, kind: str) -> Response:
    match kind:
        case "nothing-to-learn":
            return client.put("/words/seven", files={"text": (None, "")})
        case "no-voice":
            return client.put("/words/seven", json={"text": "лампа"})
        case "no-speech":
            return client.put("/words/seven", content=encode(noise()))
        case "too-many-recordings":
            return client.put("/words/seven", files=51 * files())
        case "audio-too-long":
            return client.put("/words/seven", content=encode(noise(64_000)))
        case "no-recording":
            return client.get("/words/eight/recordings/0")
        case "not-taught":
            return client.post("/words/seven/recordings", files=files())
    return client.put("/words/seven,eight", files=files())


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("nothing-to-learn", 422),
        ("no-voice", 422),
        ("no-speech", 422),
        ("too-many-recordings", 422),
        ("audio-too-long", 413),
        ("no-recording", 404),
        ("not-taught", 404),
        ("bad-parameter", 422),
    ],
)
def test_a_request_that_teaches_nothing_is_refused_with_a_reason(client: TestClient, kind: str, status: int) -> None:
    client.put("/words/eight", files=files("stop"))

    answer = refused(client, kind)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:heed:{kind}")
    assert [word["word"] for word in client.get("/words").json()["words"]] == ["eight"]


def test_where_teaching_is_off_words_are_heard_and_stay(tmp_path: Path, shipped: Recognizer) -> None:
    with TestClient(create_app(Settings(database=database(tmp_path)), shipped)) as client:
        client.put("/words/seven", files=files())

    with TestClient(create_app(Settings(database=database(tmp_path), teaching=False), shipped)) as client:
        answers = [client.put("/words/eight", files=files()), client.delete("/words/seven")]
        listed = client.get("/words").json()

        assert {(answer.status_code, answer.json()["type"]) for answer in answers} == {(403, "urn:heed:teaching-off")}
        assert (listed["teaching"], listed["reason"]) == (False, "HEED_TEACHING is off")
        assert heard(client) == "seven"


def test_a_data_folder_that_can_t_be_written_stops_teaching_alone(tmp_path: Path, shipped: Recognizer) -> None:
    (tmp_path / "data").write_text("a file")

    with TestClient(create_app(Settings(database=database(tmp_path)), shipped)) as client:
        answer = client.put("/words/seven", files=files())

        assert (answer.status_code, answer.json()["type"]) == (503, "urn:heed:words-unavailable")
        assert "File exists" in answer.json()["detail"]
        assert client.post("/transcribe", content=SEVEN).status_code == 200


def test_until_a_word_is_taught_there_is_no_database(client: TestClient, tmp_path: Path) -> None:
    heard(client)
    client.get("/words")

    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_gone_leaves_its_words_to_be_heard_until_it_is_back(
    client: TestClient, tmp_path: Path
) -> None:
    client.put("/words/seven", files=files())
    file = tmp_path / "data/words.db"
    content = file.read_bytes()

    file.unlink()
    gone = client.get("/words"), client.put("/words/eight", files=files()), heard(client)
    file.write_bytes(content)
    client.put("/words/eight", files=files("stop"))

    assert [answer.json()["type"] for answer in gone[:2]] == 2 * ["urn:heed:words-unavailable"]
    assert (gone[0].headers["retry-after"], gone[2]) == ("5", "seven")
    assert [word["word"] for word in client.get("/words").json()["words"]] == ["seven", "eight"]


def test_too_many_lessons_at_once_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.words.teaching.MAX_WAITING", 0)

    answer = client.put("/words/seven", files=files())

    assert (answer.status_code, answer.json()["detail"]) == (
        503,
        "0 lessons wait already; try again in a few seconds",
    )
