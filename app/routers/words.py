"""Teach the service words of one's own, list, change and forget them: ``/words``."""

from datetime import UTC
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response, status

from app.models import Model
from app.openapi import IMPORT_ROUTE, RENAME_ROUTE, TAKES_ROUTE, TEACH_ROUTE, binary, problems
from app.routers.dependencies import ModelsDep, SettingsDep, TeachingDep, VocabularyDep, reason_against_teaching
from app.routers.lesson import ArchiveDep, LessonDep, NewNameDep
from app.schemas import ServedRecording, ServedWord, ServedWords, SimilarWord
from app.words.names import WordName
from app.words.vocabulary import Known, Vocabulary
from model.voices import voices

router = APIRouter(prefix="/words", tags=["words"], responses=problems(401, 429, 503))

ZIP: dict[int | str, dict[str, Any]] = {200: {"content": binary("application/zip")}}
WAV: dict[int | str, dict[str, Any]] = {200: {"content": binary("audio/wav")}}


@router.get("")
async def list_words(vocabulary: VocabularyDep, models: ModelsDep, settings: SettingsDep) -> ServedWords:
    """List the words that the service was taught, and say whether more can be taught."""
    reason = reason_against_teaching(settings)
    words = [_served(known, vocabulary, models.default) for known in vocabulary.known]
    return ServedWords(words=words, teaching=reason is None, reason=reason, voices=len(voices()))


@router.get("/export", response_class=Response, responses=ZIP)
async def export_words(vocabulary: VocabularyDep) -> Response:
    """Pack all words and their recordings into one zip file, which `POST /words/import` reads."""
    headers = {"Content-Disposition": 'attachment; filename="heed-words.zip"'}
    return Response(await vocabulary.archive(), headers=headers, media_type="application/zip")


@router.post("/import", response_model=ServedWords, **IMPORT_ROUTE)
async def import_words(
    teaching: TeachingDep, archive: ArchiveDep, vocabulary: VocabularyDep, models: ModelsDep
) -> ServedWords:
    """Teach the words of an export, each in the place of one of the same name; all of them or none."""
    taken_over = await teaching.take_over(archive)
    words = [_served(known, vocabulary, models.default) for known in taken_over]
    return ServedWords(words=words, teaching=True, reason=None, voices=len(voices()))


@router.get("/{word}", responses=problems(404, 422))
async def show_word(word: WordName, vocabulary: VocabularyDep, models: ModelsDep) -> ServedWord:
    """Describe a word that the service was taught."""
    return _served(vocabulary.find(word), vocabulary, models.default)


@router.put("/{word}", response_model=ServedWord, **TEACH_ROUTE)
async def teach_word(
    word: WordName,
    response: Response,
    teaching: TeachingDep,
    lesson: LessonDep,
    vocabulary: VocabularyDep,
    models: ModelsDep,
) -> ServedWord:
    """Teach a word, in the place of one of the same name; every interface hears it within a second.

    Each recording of up to three seconds holds the word once, with a moment of silence before and after it.
    """
    response.status_code = status.HTTP_200_OK if word in vocabulary else status.HTTP_201_CREATED
    known = await teaching.teach(word, lesson.takes, text=lesson.text)
    return _served(known, vocabulary, models.default)


@router.patch("/{word}", response_model=ServedWord, **RENAME_ROUTE)
async def rename_word(
    word: WordName, name: NewNameDep, teaching: TeachingDep, vocabulary: VocabularyDep, models: ModelsDep
) -> ServedWord:
    """Give a word another name."""
    return _served(await teaching.rename(word, name), vocabulary, models.default)


@router.delete("/{word}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(403, 404, 422))
async def forget_word(word: WordName, teaching: TeachingDep) -> None:
    """Forget a word and its recordings."""
    await teaching.forget(word)


@router.post("/{word}/recordings", status_code=status.HTTP_201_CREATED, response_model=ServedWord, **TAKES_ROUTE)
async def add_recordings(
    word: WordName, teaching: TeachingDep, lesson: LessonDep, vocabulary: VocabularyDep, models: ModelsDep
) -> ServedWord:
    """Teach a word with further recordings."""
    return _served(await teaching.add(word, lesson.takes), vocabulary, models.default)


@router.get("/{word}/recordings/{id}", response_class=Response, responses=WAV | problems(404, 422))
async def play_recording(word: WordName, id: str, vocabulary: VocabularyDep) -> Response:  # noqa: A002 # the path's
    """Play the second around the word in a recording."""
    return Response(await vocabulary.sound(word, id), media_type="audio/wav")


@router.delete(
    "/{word}/recordings/{id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(403, 404, 409, 422)
)
async def remove_recording(word: WordName, id: str, teaching: TeachingDep) -> None:  # noqa: A002 # the path's
    """Remove a recording, and learn the word anew from the others."""
    await teaching.remove_recording(word, id)


def _served(known: Known, vocabulary: Vocabulary, model: Model) -> ServedWord:
    entry = known.entry
    recordings = [recording for recording in entry.recordings if recording.source == "recording"]
    return ServedWord(
        word=entry.word,
        source="text" if not recordings else "recordings" if entry.text is None else "both",
        text=entry.text,
        recordings=[
            ServedRecording(id=recording.id, seconds=recording.seconds, url=_url(entry.word, recording.id))
            for recording in recordings
        ],
        threshold=model.threshold,
        recall=entry.recall,
        look_alikes=_look_alikes(entry.word, vocabulary, model),
        taught_at=entry.taught_at.replace(tzinfo=UTC),
    )


def _url(word: str, number: str) -> str:
    return f"/words/{quote(word, safe='')}/recordings/{number}"


def _look_alikes(word: str, vocabulary: Vocabulary, model: Model) -> list[SimilarWord]:
    """List the words that one resembled when it was taught, and those taught later that resemble it; if still there."""
    later = {known.entry.word: dict(known.entry.look_alikes).get(word) for known in vocabulary.known}
    found = dict(vocabulary.find(word).entry.look_alikes) | {other: alike for other, alike in later.items() if alike}
    there = [pair for pair in found.items() if pair[0] in vocabulary or pair[0] in model.labels]
    likest = sorted(there, key=lambda pair: -pair[1])
    return [SimilarWord(word=other, confidence=round(likeness, 4)) for other, likeness in likest]
