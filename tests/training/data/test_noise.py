"""Every split has its own part of each background noise; folders and tars of recordings give kinds of noise."""

import io
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.signals import encode, noise
from tests.training.corpus import NOISE_SECONDS
from training.data.noise import Noise, background_noise, further_noise, silence
from training.data.speech_commands import BACKGROUND_NOISE, FOLDER, Split
from training.errors import DataError

CLIPS = {f"sound_{seed}.ogg": encode(noise(24_000, seed=seed), container="OGG") for seed in range(3)}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


SQUARE = np.tile(np.array([0.5, -0.5], np.float32), 4_000)


def write_tar(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def write_folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def write_rising_noise(root: Path, seconds: float) -> Path:
    """Write a background noise whose samples rise from -1 to 1, so that each tells its place."""
    rising = np.linspace(-1, 1, round(16_000 * seconds), endpoint=False, dtype=np.float32)
    write_folder(root / FOLDER / BACKGROUND_NOISE, {"rising.wav": encode(rising, subtype="FLOAT")})
    return root


def test_a_cut_is_a_second_of_one_recording() -> None:
    recording = torch.arange(20_000.0)

    cuts = Noise([[recording]]).cut(50, seeded())

    assert torch.equal(cuts.diff(dim=1), torch.ones(50, 15_999))
    assert len(cuts[:, 0].unique()) > 40
    assert cuts[:, 0].min() < 400
    assert cuts[:, -1].max() > 19_600


def test_a_recording_of_just_a_second_is_cut_whole() -> None:
    recording = torch.from_numpy(noise())

    assert torch.equal(Noise([[recording]]).cut(1, seeded())[0], recording)


def test_every_kind_is_cut_equally_often_however_many_recordings_it_holds() -> None:
    kinds = [[torch.full((16_000,), 1.0)], [torch.full((16_000,), value) for value in (2.0, 3.0, 4.0)]]

    values = Noise(kinds).cut(900, seeded())[:, 0]

    assert (values == 1.0).float().mean() == pytest.approx(0.5, abs=0.06)
    assert [(values == value).float().mean().item() for value in (2.0, 3.0, 4.0)] == pytest.approx(
        [1 / 6] * 3, abs=0.05
    )


def test_the_same_seed_cuts_alike_and_another_does_not() -> None:
    noises = Noise([[torch.from_numpy(noise(40_000))]])

    cuts = [noises.cut(3, seeded(seed)) for seed in (0, 0, 1)]

    assert torch.equal(cuts[0], cuts[1])
    assert not torch.equal(cuts[0], cuts[2])


def test_no_cut_gives_an_empty_batch() -> None:
    assert Noise([[torch.zeros(16_000)]]).cut(0, seeded()).shape == (0, 16_000)


@pytest.mark.parametrize(
    ("split", "first", "last"), [("training", -1, 0.6), ("validation", 0.6, 0.8), ("testing", 0.8, 1)]
)
def test_every_split_has_its_own_part_of_a_background_noise(
    tmp_path: Path, split: Split, first: float, last: float
) -> None:
    root = write_rising_noise(tmp_path, seconds=20.0)

    part = background_noise(root, split)[0][0]

    assert len(part) == round((last - first) / 2 * 20 * 16_000)
    assert (part.min().item(), part.max().item()) == pytest.approx((first, last), abs=1e-5)
    assert first - 1e-5 <= part.min()
    assert part.max() < last


def test_every_background_noise_is_a_kind(corpus: Path) -> None:
    kinds = background_noise(corpus, "training")

    assert [[len(recording) for recording in kind] for kind in kinds] == [
        [round(0.8 * 16_000 * seconds)] for seconds in NOISE_SECONDS
    ]


def test_a_part_under_a_second_is_padded_with_zeros(corpus: Path) -> None:
    part = background_noise(corpus, "validation")[0][0]

    assert len(part) == 16_000
    assert part.count_nonzero() == pytest.approx(0.1 * 16_000 * NOISE_SECONDS[0], abs=2)
    assert Noise([[part]]).cut(2, seeded()).shape == (2, 16_000)


def test_missing_background_noises_are_an_error_that_names_their_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no recordings in .*_background_noise_; unpack the whole data set"):
        background_noise(tmp_path, "training")


def test_a_broken_background_noise_is_named(own_corpus: Path) -> None:
    (own_corpus / FOLDER / BACKGROUND_NOISE / "noise_0.wav").write_bytes(b"not a sound")

    with pytest.raises(DataError, match=r"noise_0\.wav: this is no sound file that heed knows"):
        background_noise(own_corpus, "training")


def test_a_folder_is_searched_with_all_below_it_and_each_folder_and_tar_is_a_kind(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sounds", {"one.OGG": CLIPS["sound_0.ogg"], "README.md": b"no sound"})
    write_folder(folder / "deep" / "deeper", CLIPS)
    write_tar(folder / "rain.tar", CLIPS | {"rain/sound.ogg": CLIPS["sound_0.ogg"]})

    kinds = further_noise([folder])

    assert [len(kind) for kind in kinds] == [1, 3, 4]
    assert {len(recording) for kind in kinds for recording in kind} == {24_000}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_is_read_whether_it_is_compressed_or_not(tmp_path: Path, mode: str) -> None:
    tar = write_tar(tmp_path / "rain", CLIPS, mode)

    kinds = further_noise([tar])

    assert [len(kind) for kind in kinds] == [3]


def test_other_files_in_a_tar_are_skipped(tmp_path: Path) -> None:
    tar_path = write_tar(tmp_path / "rain.tar", {"README.md": b"no sound"} | CLIPS)
    link = tarfile.TarInfo("link.ogg")
    link.type, link.linkname = tarfile.SYMTYPE, "nowhere.ogg"
    with tarfile.open(tar_path, "a") as tar:
        tar.addfile(link)

    assert [len(kind) for kind in further_noise([tar_path])] == [3]


def test_several_sources_give_their_kinds_one_after_another(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sounds", {"one.ogg": CLIPS["sound_0.ogg"]})

    kinds = further_noise([write_tar(tmp_path / "rain.tar", CLIPS), folder])

    assert [len(kind) for kind in kinds] == [3, 1]


def test_no_source_gives_no_kind() -> None:
    assert further_noise([]) == []


def test_a_short_recording_is_put_into_the_middle_of_a_second(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sounds", {"click.wav": encode(SQUARE, subtype="FLOAT")})

    recording = further_noise([folder])[0][0]

    assert torch.equal(recording[4_000:12_000], torch.from_numpy(SQUARE))
    assert recording.count_nonzero() == 8_000


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere does not exist; --noise takes folders and tars of recordings"):
        further_noise([write_tar(tmp_path / "rain.tar", CLIPS), tmp_path / "nowhere"])


def test_a_source_without_sounds_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "papers", {"README.md": b"no sound"})

    with pytest.raises(DataError, match=r"no sound files in .*papers; --noise takes folders and tars"):
        further_noise([folder])


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_torn_tar_is_named(tmp_path: Path, mode: str) -> None:
    tar = write_tar(tmp_path / "rain.tar", CLIPS, mode)
    os.truncate(tar, tar.stat().st_size // 2 if mode != "w" else 2_000)

    with pytest.raises(DataError, match=r"rain\.tar is not a tar of recordings"):
        further_noise([tar])


def test_a_file_that_is_not_a_tar_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sounds", CLIPS)

    with pytest.raises(DataError, match=r"sound_0\.ogg is not a tar of recordings"):
        further_noise([folder / "sound_0.ogg"])


def test_a_broken_recording_is_named_with_its_tar(tmp_path: Path) -> None:
    tar = write_tar(tmp_path / "rain.tar", CLIPS | {"storm/broken.ogg": b"not a sound"})

    with pytest.raises(DataError, match=r"rain\.tar: storm/broken\.ogg: this is no sound file that heed knows"):
        further_noise([tar])


def test_silence_is_as_often_quiet_as_loud() -> None:
    full_scale = Noise([[torch.ones(16_000)]])

    waveforms = silence(1_000, full_scale, (-70.0, 0.0), seeded())

    volume_db = 20 * torch.log10(waveforms.square().mean(dim=1).sqrt())
    assert volume_db.median() == pytest.approx(-35, abs=5.0)
    assert torch.histc(volume_db, bins=7, min=-70, max=0).min() > 100
    assert torch.histc(volume_db, bins=7, min=-70, max=0).sum() == 1_000


@pytest.mark.parametrize("name", ["pink_noise", "white_noise"])
def test_a_copy_with_quiet_noises_is_refused(tmp_path: Path, name: str) -> None:
    quiet = encode(noise(32_000, amplitude=0.01), subtype="FLOAT")
    write_folder(tmp_path / FOLDER / BACKGROUND_NOISE, {f"{name}.wav": quiet})

    with pytest.raises(DataError, match="made quieter; unpack the data set again"):
        background_noise(tmp_path, "training")


def test_noises_at_their_level_and_other_quiet_recordings_are_taken(tmp_path: Path) -> None:
    files = {"white_noise.wav": encode(noise(32_000, amplitude=0.5)), "cat.wav": encode(noise(32_000, amplitude=0.001))}
    write_folder(tmp_path / FOLDER / BACKGROUND_NOISE, files)

    assert len(background_noise(tmp_path, "training")) == 2
