"""A folder of own words is read in any script, split by speaker, and refused with a reason."""

from collections import Counter
from pathlib import Path
from unicodedata import normalize

import pytest

from model.labels import SILENCE, UNKNOWN
from tests.signals import encode, noise
from training.data.clips import Clip
from training.data.folder import HELD_OUT, read_folder, split_by_speaker
from training.data.speech_commands import BACKGROUND_NOISE
from training.errors import DataError

SPEAKERS = ("ada", "ben", "cem", "dee", "eve", "fay")


def record(root: Path, word: str, *names: str) -> None:
    (root / word).mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(names):
        (root / word / name).write_bytes(encode(noise(4_000, seed=seed)))


def clips_of(word: str, speakers: dict[str, int]) -> list[Clip]:
    """Clips without files."""
    return [Clip(Path(f"{name}_{n}.wav"), word, name) for name, count in speakers.items() for n in range(count)]


def speakers_in(clips: list[Clip]) -> set[str]:
    return {clip.speaker for clip in clips}


def test_words_come_in_any_script_and_in_one_form_of_unicode(tmp_path: Path) -> None:
    for word in ("лампа", "你好", "लैंप", normalize("NFD", "tür"), "guten tag"):
        record(tmp_path, word, "1.wav", "2.wav")

    folder = read_folder(tmp_path)

    assert folder.words == tuple(sorted(("лампа", "你好", "लैंप", normalize("NFC", "tür"), "guten tag")))
    assert {clip.word for clips in folder.clips.values() for clip in clips} == set(folder.words)


def test_other_words_and_noise_are_no_words(tmp_path: Path) -> None:
    for name in ("lamp", UNKNOWN, SILENCE, BACKGROUND_NOISE):
        record(tmp_path, name, "1.wav", "2.wav")

    folder = read_folder(tmp_path)

    assert folder.words == ("lamp",)
    assert {clip.word for clips in folder.clips.values() for clip in clips} == {"lamp", UNKNOWN}
    assert {clip.word for clips in folder.noise.values() for clip in clips} == {SILENCE, BACKGROUND_NOISE}


def test_hidden_files_and_files_beside_the_folders_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path, "lamp", *(f"{n}.wav" for n in range(20)), ".hidden.wav")
    record(tmp_path, ".git", "config")
    (tmp_path / "README.md").write_text("my words")

    folder = read_folder(tmp_path)

    assert (folder.words, sum(map(len, folder.clips.values()))) == (("lamp",), 20)
    assert not {"left", "few"} & set(capsys.readouterr().err.split())


@pytest.mark.parametrize("form", ["{speaker}_nohash_{n}.wav", "{speaker}-{n}.wav", "{speaker}_take{n}.wav"])
def test_no_speaker_that_a_name_tells_is_in_two_splits(tmp_path: Path, form: str) -> None:
    for word in ("lamp", "door"):
        record(tmp_path, word, *(form.format(speaker=speaker, n=n) for speaker in SPEAKERS for n in range(2)))

    splits = read_folder(tmp_path).clips

    speakers = [speakers_in(clips) for clips in splits.values()]
    assert set.union(*speakers) == set(SPEAKERS)
    assert sum(map(len, speakers)) == len(SPEAKERS)


@pytest.mark.parametrize("names", [[f"lamp_{n}.wav" for n in range(20)], [f"{n}.wav" for n in range(20)]])
def test_recordings_of_fewer_than_five_speakers_are_split_one_by_one(tmp_path: Path, names: list[str]) -> None:
    record(tmp_path, "lamp", *names)

    splits = read_folder(tmp_path).clips

    assert {split: len(clips) for split, clips in splits.items()} == {"training": 14, "validation": 3, "testing": 3}


@pytest.mark.parametrize(
    ("n", "sizes"), [(2, [1, 1, 0]), (3, [2, 1, 0]), (4, [2, 1, 1]), (20, [14, 3, 3]), (100, [70, 15, 15])]
)
def test_a_word_keeps_at_least_half_of_its_recordings_for_training(n: int, sizes: list[int]) -> None:
    splits = split_by_speaker(clips_of("lamp", {f"{number}": 1 for number in range(n)}))

    assert [len(clips) for clips in splits.values()] == sizes


def test_a_speaker_with_most_recordings_of_a_word_stays_in_training() -> None:
    speakers = {"ada": 30} | dict.fromkeys(SPEAKERS[1:], 2)

    splits = split_by_speaker(clips_of("lamp", speakers) + clips_of("door", dict.fromkeys(SPEAKERS, 5)))

    assert "ada" in speakers_in(splits["training"])
    assert all(set(Counter(clip.word for clip in splits[split])) == {"lamp", "door"} for split in HELD_OUT)


def test_the_split_does_not_depend_on_the_order_of_the_files() -> None:
    clips = clips_of("lamp", dict.fromkeys(SPEAKERS, 3))

    forward, backward = split_by_speaker(clips), split_by_speaker(clips[::-1])

    assert {split: set(of) for split, of in forward.items()} == {split: set(of) for split, of in backward.items()}


def test_a_file_that_can_not_be_read_is_named_counted_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path, "lamp", *(f"{n}.wav" for n in range(20)))
    (tmp_path / "lamp" / "notes.txt").write_text("not a sound")

    folder = read_folder(tmp_path)

    assert sum(map(len, folder.clips.values())) == 20
    message = capsys.readouterr().err
    assert f"left out {tmp_path / 'lamp' / 'notes.txt'}: this is no sound file" in message
    assert "left out 1 of 21 files" in message


def test_words_with_few_recordings_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, "lamp", *(f"{n}.wav" for n in range(3)))
    record(tmp_path, "door", *(f"{n}.wav" for n in range(20)))

    read_folder(tmp_path)

    assert "few recordings of lamp (3); 20 of different speakers are better" in capsys.readouterr().err


def test_a_word_with_one_recording_is_refused(tmp_path: Path) -> None:
    record(tmp_path, "lamp", "1.wav")
    record(tmp_path, "door", "1.wav", "2.wav")

    with pytest.raises(DataError, match=r"too few recordings of lamp \(1\); a word needs at least 2, better 20"):
        read_folder(tmp_path)


@pytest.mark.parametrize("other", ["Lamp", "\N{FULLWIDTH LATIN SMALL LETTER L}amp"])
def test_words_that_look_alike_are_refused(tmp_path: Path, other: str) -> None:
    record(tmp_path, "lamp", "1.wav", "2.wav")
    record(tmp_path, other, "1.wav", "2.wav")

    with pytest.raises(DataError, match="look alike; put their recordings into one folder"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["_noise_", "__MACOSX", "on,off", "lamp.old", " lamp", "l" * 65])
def test_a_folder_whose_name_is_no_word_is_refused(tmp_path: Path, name: str) -> None:
    record(tmp_path, name, "1.wav", "2.wav")

    with pytest.raises(DataError, match="is no word; a word has 1 to 64 letters"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_words_says_what_it_must_hold(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="--words takes"):
        read_folder(tmp_path / name)
