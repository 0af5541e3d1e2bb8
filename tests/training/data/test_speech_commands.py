"""Every clip is in its official split, and the error for a damaged data set says what is wrong."""

import os
import tarfile
from pathlib import Path
from typing import get_args

import pytest

from tests.labels import COMMANDS
from tests.training.corpus import OTHER_WORDS, TESTING_SPEAKERS, VALIDATION_SPEAKERS, name_of, write_list
from tests.training.interrupts import broken_off
from training.data.cache import digest
from training.data.clips import Clip
from training.data.speech_commands import FOLDER, Split, read_split
from training.errors import DataError

SPLITS: tuple[Split, ...] = get_args(Split)


def pack(corpus: Path, root: Path) -> Path:
    """Pack the data set into the archive that a download leaves in a data root."""
    root.mkdir()
    archive = root / "speech_commands_v0.02.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(corpus / FOLDER, ".")
    return archive


def names_of(clips: list[Clip]) -> list[str]:
    return [f"{clip.path.parent.name}/{clip.path.name}" for clip in clips]


def test_no_speaker_is_in_two_splits(corpus: Path) -> None:
    speakers = [{clip.speaker for clip in read_split(corpus, split)} for split in SPLITS]

    assert all(speakers)
    assert len(set.union(*speakers)) == sum(map(len, speakers))


@pytest.mark.parametrize(
    ("split", "speakers"), [("validation", VALIDATION_SPEAKERS), ("testing", TESTING_SPEAKERS), ("training", range(8))]
)
def test_the_official_lists_name_two_splits_and_the_rest_is_training(
    corpus: Path, split: Split, speakers: tuple[int, ...]
) -> None:
    clips = read_split(corpus, split)

    expected = [name_of(word, speaker) for word in (*COMMANDS, *OTHER_WORDS) for speaker in speakers]
    assert names_of(clips) == sorted(expected)


def test_a_clip_knows_its_word_and_its_speaker(corpus: Path) -> None:
    clips = {clip.word: clip for clip in read_split(corpus, "testing") if clip.speaker == "0000000b"}

    assert clips["left"] == Clip(corpus / FOLDER / name_of("left", 11), "left", "0000000b")


def test_background_noises_and_other_files_are_not_clips(own_corpus: Path) -> None:
    (own_corpus / FOLDER / "yes" / "README.md").write_text("no clip")

    words = {clip.word for split in SPLITS for clip in read_split(own_corpus, split)}

    assert words == {*COMMANDS, *OTHER_WORDS}


@pytest.mark.parametrize("split", SPLITS)
def test_a_speaker_in_two_splits_is_an_error_that_names_the_speaker(own_corpus: Path, split: Split) -> None:
    write_list(own_corpus / FOLDER / "validation_list.txt", VALIDATION_SPEAKERS)
    write_list(own_corpus / FOLDER / "testing_list.txt", VALIDATION_SPEAKERS)
    take = own_corpus / FOLDER / "yes" / "00000008_nohash_1.wav"
    take.write_bytes(b"")

    with pytest.raises(DataError, match=r"speakers of the \w+ split are in another split too, the first is 00000008"):
        read_split(own_corpus, split)


@pytest.mark.parametrize("name", ["validation_list.txt", "testing_list.txt"])
def test_the_error_for_a_folder_without_the_official_lists_says_what_to_do(own_corpus: Path, name: str) -> None:
    (own_corpus / FOLDER / name).unlink()

    with pytest.raises(DataError, match=r"no Speech Commands v0\.02 in .*--data.*--download"):
        read_split(own_corpus, "training")


def test_missing_clips_are_counted_and_the_first_is_named(own_corpus: Path) -> None:
    (own_corpus / FOLDER / name_of("go", 10)).unlink()
    (own_corpus / FOLDER / name_of("cat", 11)).unlink()

    with pytest.raises(DataError, match=r"2 clips of the testing split are missing, the first is .*go/0000000a_"):
        read_split(own_corpus, "testing")


@pytest.mark.parametrize("line", ["\n", "yes/mine.wav\n", "yes/0000000a_nohash_one.wav\n"])
def test_the_error_for_a_malformed_list_says_how_clips_are_named(own_corpus: Path, line: str) -> None:
    (own_corpus / FOLDER / "testing_list.txt").write_text(line)

    with pytest.raises(DataError, match=r"testing split of .* is not named WORD/SPEAKER_nohash_NUMBER\.wav"):
        read_split(own_corpus, "testing")


def test_an_empty_list_is_an_error(own_corpus: Path) -> None:
    (own_corpus / FOLDER / "validation_list.txt").write_text("")

    with pytest.raises(DataError, match=r"the validation split of .* holds no clips"):
        read_split(own_corpus, "validation")


def test_an_archive_that_was_fetched_already_is_unpacked_by_a_download(corpus: Path, tmp_path: Path) -> None:
    pack(corpus, tmp_path / "fresh")

    clips = read_split(tmp_path / "fresh", "testing", download=True)

    assert names_of(clips) == names_of(read_split(corpus, "testing"))


def test_a_damaged_archive_leaves_no_clips_behind(corpus: Path, tmp_path: Path) -> None:
    archive = pack(corpus, tmp_path / "fresh")
    os.truncate(archive, archive.stat().st_size // 2)

    with pytest.raises(DataError, match=f"the archive fetched to {tmp_path / 'fresh'} is damaged, remove it"):
        read_split(tmp_path / "fresh", "testing", download=True)

    assert list(tmp_path.rglob("*.wav")) == []


def test_a_download_that_is_stopped_leaves_no_clips_behind(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(corpus, tmp_path / "fresh")
    monkeypatch.setattr(tarfile.TarFile, "extract", broken_off(tarfile.TarFile.extract, at_call=20))

    with pytest.raises(KeyboardInterrupt):
        read_split(tmp_path / "fresh", "testing", download=True)

    assert list(tmp_path.rglob("*.wav")) == []


def test_a_digest_follows_names_sizes_times_order_and_codecs(tmp_path: Path) -> None:
    files = [(tmp_path / name, "") for name in ("a.wav", "b.wav", "c.wav")]
    for path, _ in files:
        path.write_bytes(b"sound")
        os.utime(path, ns=(0, 0))
    first = digest(files)

    os.utime(files[0][0], ns=(0, 1))
    touched = digest(files)
    files[1][0].write_bytes(b"sounds")
    os.utime(files[1][0], ns=(0, 0))
    grown = digest(files)

    coded = digest([(path, "mp3") for path, _ in files])
    assert len({first, touched, grown, coded, digest(files[:2]), digest(files[::-1])}) == 6
