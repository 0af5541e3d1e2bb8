"""Every clip is decoded once; changed clips and torn tables are noticed, and a broken-off build leaves nothing."""

import errno
import os
import resource
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.audio import decode, fit
from tests.signals import encode, noise
from tests.training.interrupts import broken_off
from training.data import cache as cache_module
from training.data.cache import INDEX, TABLE, WaveformCache, around_the_word, to_int16, unreadable
from training.data.clips import Clip
from training.data.codecs import coded
from training.errors import DataError

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def clips(tmp_path: Path) -> list[Clip]:
    clips = [Clip(tmp_path / "clips" / f"{n:08x}_nohash_0.wav", "yes", f"{n:08x}") for n in range(6)]
    clips[0].path.parent.mkdir()
    for n, clip in enumerate(clips):
        clip.path.write_bytes(encode(noise(11_000 + 1_000 * n, seed=n)))
    return clips


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Let no file grow beyond 50 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def decoded(clips: list[Clip]) -> Tensor:
    return torch.from_numpy(np.stack([fit(decode(clip.path.read_bytes())) for clip in clips]))


def hears(cache: WaveformCache, clips: list[Clip]) -> bool:
    return torch.allclose(cache.waveforms(clips), decoded(clips), atol=1 / 32_767)


def read_all(clips_and_folder: tuple[list[Clip], Path]) -> NDArray[np.float32]:
    clips, folder = clips_and_folder
    read: NDArray[np.float32] = WaveformCache(clips, folder).waveforms(clips).numpy()
    return read


def forbid_making(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_make", lambda *_: pytest.fail("it was made again"))


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"lock"}


def test_a_clip_and_its_coded_copy_are_two_rows(clips: list[Clip], folder: Path) -> None:
    copy = replace(clips[0], codec="mp3")

    waveforms = WaveformCache([clips[0], copy], folder).waveforms([copy, clips[0]])

    plain = decoded(clips[:1])[0].numpy()
    assert waveforms[0].numpy() == pytest.approx(coded(plain, "mp3", seed=len(copy.path.name)), abs=1e-4)
    assert waveforms[1].numpy() == pytest.approx(plain, abs=1e-4)


def test_a_waveform_is_what_the_service_decodes_to_16_bits(clips: list[Clip], folder: Path) -> None:
    cache = WaveformCache(clips, folder)

    waveforms = cache.waveforms(clips)

    assert (waveforms.dtype, waveforms.shape) == (torch.float32, (6, 16_000))
    assert hears(cache, clips)


@pytest.mark.parametrize("place", [0, 9_000, 31_000, 42_000])
def test_of_a_long_recording_the_second_around_the_word_is_kept(place: int) -> None:
    recording = noise(50_000, amplitude=0.001)
    recording[place : place + 8_000] += noise(8_000, seed=1, amplitude=0.2)

    second = around_the_word(recording)

    word = recording[place : place + 8_000]
    starts = [start for start in range(8_001) if second[start] == word[0]]
    assert len(second) == 16_000
    assert any(np.array_equal(second[start : start + 8_000], word) for start in starts)


def test_a_recording_of_a_second_is_kept_whole() -> None:
    second = noise(16_000)

    assert around_the_word(second) is second


def test_clips_that_can_not_be_read_are_found_with_their_reasons(clips: list[Clip]) -> None:
    clips[1].path.write_bytes(b"not a sound")

    found = unreadable(clips)

    assert list(found) == [clips[1]]
    assert found[clips[1]].startswith(f"{clips[1].path}: this is no sound file")


def test_clips_come_in_the_order_they_are_asked_for(clips: list[Clip], folder: Path) -> None:
    cache = WaveformCache(clips, folder)

    assert hears(cache, [clips[4], clips[0], clips[4]])


def test_no_clip_is_an_empty_batch(clips: list[Clip], folder: Path) -> None:
    assert WaveformCache(clips, folder).waveforms([]).shape == (0, 16_000)


def test_full_scale_is_kept_without_wrapping_around() -> None:
    samples = to_int16(np.array([-1.0, 0.0, 1.0], np.float32))

    assert samples.tolist() == [-32_767, 0, 32_767]


def test_a_second_cache_of_the_same_clips_decodes_and_writes_nothing(
    clips: list[Clip], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WaveformCache(clips, folder)
    forbid_making(monkeypatch)

    assert hears(WaveformCache(clips, folder), clips)


def test_a_changed_clip_is_noticed(clips: list[Clip], folder: Path) -> None:
    before = WaveformCache(clips, folder)
    clips[2].path.write_bytes(encode(noise(14_000, seed=99)))
    os.utime(clips[2].path, ns=(0, clips[2].path.stat().st_mtime_ns + 1))

    after = WaveformCache(clips, folder)

    assert after.digest != before.digest
    assert hears(after, clips)


def test_an_added_clip_is_noticed(clips: list[Clip], folder: Path) -> None:
    WaveformCache(clips[1:], folder)

    assert hears(WaveformCache(clips, folder), clips)


def test_a_removed_clip_is_noticed(clips: list[Clip], folder: Path) -> None:
    WaveformCache(clips, folder)

    cache = WaveformCache(clips[1:], folder)

    assert hears(cache, clips[1:])
    assert np.load(folder / TABLE, mmap_mode="r").shape == (5, 16_000)


@pytest.mark.parametrize("n_bytes", [0, 60, 100_000])
def test_a_torn_table_is_built_again(clips: list[Clip], folder: Path, n_bytes: int) -> None:
    WaveformCache(clips, folder)
    os.truncate(folder / TABLE, n_bytes)

    assert hears(WaveformCache(clips, folder), clips)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", '{"digest": "another"}', "\x00\xff"])
def test_a_torn_index_is_built_again(clips: list[Clip], folder: Path, content: str) -> None:
    digest = WaveformCache(clips, folder).digest
    (folder / INDEX).write_text(content, "latin-1")

    cache = WaveformCache(clips, folder)

    assert hears(cache, clips)
    assert digest in (folder / INDEX).read_text()


@pytest.mark.parametrize("name", [TABLE, INDEX])
def test_a_file_that_is_gone_is_built_again(clips: list[Clip], folder: Path, name: str) -> None:
    WaveformCache(clips, folder)
    (folder / name).unlink()

    assert hears(WaveformCache(clips, folder), clips)


def test_a_killed_build_does_not_stop_the_next(clips: list[Clip], folder: Path) -> None:
    folder.mkdir()
    (folder / "waveforms.partial").write_bytes(b"half a table")

    cache = WaveformCache(clips, folder)

    assert hears(cache, clips)
    assert files_in(folder) == {TABLE, INDEX}


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()])
def test_a_build_that_is_broken_off_leaves_nothing_and_the_next_is_whole(
    clips: list[Clip], folder: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "replace", broken_off(os.replace, at_call=1, error=error))

    with pytest.raises(type(error)):
        WaveformCache(clips, folder)

    assert files_in(folder) == set()
    assert hears(WaveformCache(clips, folder), clips)


def test_a_table_without_an_index_does_not_pass_for_that_of_the_clips_before(
    clips: list[Clip], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WaveformCache(clips[:3], folder)
    monkeypatch.setattr(cache_module, "_write_whole", broken_off(cache_module._write_whole, at_call=1, error=FULL))
    with pytest.raises(OSError, match="No space left"):
        WaveformCache(clips[3:], folder)

    assert hears(WaveformCache(clips[:3], folder), clips[:3])


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_leaves_nothing(clips: list[Clip], folder: Path) -> None:
    with pytest.raises(OSError, match="File too large"):
        WaveformCache(clips, folder)

    assert files_in(folder) == set()


def test_a_full_disk_leaves_the_table_of_the_clips_before_but_no_claim_that_it_is_current(
    clips: list[Clip], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WaveformCache(clips[:3], folder)
    monkeypatch.setattr(os, "replace", broken_off(os.replace, at_call=1, error=FULL))
    with pytest.raises(OSError, match="No space left"):
        WaveformCache(clips, folder)

    assert hears(WaveformCache(clips, folder), clips)


def test_broken_clips_are_counted_the_first_is_named_and_nothing_stays(clips: list[Clip], folder: Path) -> None:
    clips[1].path.write_bytes(b"not a sound")
    clips[4].path.write_bytes(b"")

    with pytest.raises(
        DataError, match=r"2 clips can't be decoded; .* The first: .*00000001_nohash_0\.wav: this is no"
    ):
        WaveformCache(clips, folder)

    assert files_in(folder) == set()


def test_a_missing_clip_is_named(clips: list[Clip], folder: Path) -> None:
    clips[1].path.unlink()

    with pytest.raises(FileNotFoundError, match="00000001_nohash_0"):
        WaveformCache(clips, folder)


def test_a_data_set_that_was_moved_keeps_its_cache(
    clips: list[Clip], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WaveformCache(clips, folder)
    shutil.move(tmp_path / "clips", tmp_path / "elsewhere" / "clips")
    moved = [Clip(tmp_path / "elsewhere" / "clips" / clip.path.name, clip.word, clip.speaker) for clip in clips]
    forbid_making(monkeypatch)

    assert hears(WaveformCache(moved, folder), moved)


def test_runs_that_start_at_once_all_get_the_whole_table(clips: list[Clip], folder: Path) -> None:
    with ProcessPoolExecutor(3) as pool:
        waveforms = list(pool.map(read_all, [(clips, folder)] * 3))

    assert all(torch.allclose(torch.from_numpy(read), decoded(clips), atol=1 / 32_767) for read in waveforms)
    assert files_in(folder) == {TABLE, INDEX}
