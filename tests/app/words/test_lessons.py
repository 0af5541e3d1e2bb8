"""A word that another version of heed has learned is learned anew."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import update
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.words.database import Database, words
from model.recognizer import Recognizer
from tests.app.words.lessons import SEVEN, database, files


def test_a_word_of_another_teacher_is_learned_anew_from_its_recordings(tmp_path: Path) -> None:
    settings = Settings(database=database(tmp_path))
    with TestClient(create_app(settings, Recognizer.load())) as client:
        client.put("/words/seven", files=files())
    with closing(Database(database(tmp_path))) as kept, kept.writing() as connection:
        connection.execute(update(words).values(teacher="another", line=bytes(4 * 577)))

    with TestClient(create_app(settings, Recognizer.load())) as client:
        assert client.post("/transcribe", content=SEVEN).json()["text"] == "seven"
