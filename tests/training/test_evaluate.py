"""Evaluation scores a split or a folder of clips, prints its table, and names the files that it can't read."""

import json
from pathlib import Path

import numpy as np
import pytest

from model.checkpoint import save
from model.labels import SILENCE, UNKNOWN
from model.recognizer import Recognizer
from tests.labels import COMMANDS, LABELS
from tests.model.checkpoints import random_checkpoint
from tests.signals import encode, noise, tone
from tests.training.corpus import name_of
from training.data import cache as cache_module
from training.data.speech_commands import BACKGROUND_NOISE, FOLDER
from training.errors import DataError
from training.evaluate import label_of_folder, main, score_folder, score_split


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a checkpoint of random weights."""
    path = tmp_path_factory.mktemp("model") / "heed.safetensors"
    save(random_checkpoint(), path)
    return path


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Write a folder of label folders with clips in many formats."""
    files = {
        "yes/one.wav": encode(tone(), subtype="PCM_24"),
        "yes/two.mp3": encode(tone(500, seconds=2.5, sample_rate=44_100), sample_rate=44_100, container="MP3"),
        "no/one.ogg": encode(noise(8_000), sample_rate=8_000, container="OGG"),
        "banana/one.flac": encode(noise(seed=1), container="FLAC"),
        "_unknown_/one.wav": encode(np.stack([noise(seed=2)] * 2, axis=1)),
        "_background_noise_/hum.wav": encode(noise(seed=3)),
        "_silence_/quiet.wav": encode(np.zeros(16_000, np.float32)),
        "README.md": b"no label folder",
    }
    for name, content in files.items():
        (tmp_path / "clips" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "clips" / name).write_bytes(content)
    return tmp_path / "clips"


def evaluate(model: Path, *further: str | Path) -> int:
    return main(["--model", str(model), *map(str, further)])


@pytest.mark.parametrize(
    ("folder_name", "label"),
    [("yes", "yes"), (SILENCE, SILENCE), (BACKGROUND_NOISE, SILENCE), (UNKNOWN, UNKNOWN), ("banana", UNKNOWN)],
)
def test_a_folder_counts_as_its_label_or_as_unknown(folder_name: str, label: str) -> None:
    assert label_of_folder(folder_name, LABELS) == label


def test_a_folder_of_clips_is_recognized_as_the_service_does(model: Path, clips: Path) -> None:
    recognizer = Recognizer.load(model)

    posteriors, targets = score_folder(recognizer, clips)

    recognized = [recognizer.recognize(path.read_bytes()).decision for path in sorted(clips.glob("*/*"))]
    assert [LABELS[row.argmax()] for row in posteriors] == [decision.label for decision in recognized]
    assert [LABELS[place] for place in targets] == [SILENCE, SILENCE, UNKNOWN, UNKNOWN, "no", "yes", "yes"]
    assert posteriors.max(axis=1) == pytest.approx([decision.confidence for decision in recognized], abs=1e-6)


def test_what_counts_as_silence_and_unknown_is_said(
    model: Path, clips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(model, "--clips", clips) == 0

    assert capsys.readouterr().out.splitlines()[1:4] == [
        "counted as _silence_: _background_noise_, _silence_",
        "counted as _unknown_: _unknown_, banana",
        "no clips of: up, down, left, right, on, off, stop, go",
    ]


def test_a_folder_counts_as_its_label_in_any_form_of_unicode() -> None:
    assert label_of_folder("tu\u0308r", (SILENCE, UNKNOWN, "t\u00fcr")) == "t\u00fcr"


def test_a_file_that_can_not_be_read_is_named_and_left_out(
    model: Path, clips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clips / "yes" / "broken.wav").write_bytes(b"not a sound")

    posteriors, _ = score_folder(Recognizer.load(model), clips)

    assert len(posteriors) == 7
    assert f"left out {clips / 'yes' / 'broken.wav'}: this is no sound file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nowhere", "clips/yes"])
def test_a_folder_without_clips_says_what_it_must_hold(
    model: Path, clips: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = clips.parent / name

    assert evaluate(model, "--clips", folder) == 1

    assert (
        f"no sound file could be read in {folder}; it must hold a folder of clips for each" in capsys.readouterr().err
    )


def test_a_split_is_scored_by_the_published_protocol(model: Path, corpus: Path) -> None:
    posteriors, targets = score_split(Recognizer.load(model), corpus, "testing")

    assert posteriors.shape == (24, 12)
    assert posteriors.sum(axis=1) == pytest.approx(np.ones(24), abs=1e-5)
    assert np.bincount(targets).tolist() == [2] * 12


def test_the_splits_differ_in_their_clips_and_their_silence(model: Path, corpus: Path) -> None:
    recognizer = Recognizer.load(model)

    testing, validation = (score_split(recognizer, corpus, split)[0] for split in ("testing", "validation"))

    assert testing.shape == validation.shape
    assert not (testing[:, None] == validation[None]).all(axis=2).any()


def test_every_split_keeps_its_own_cache(model: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = Recognizer.load(model)
    first = [score_split(recognizer, corpus, split)[0] for split in ("testing", "validation")]
    monkeypatch.setattr(cache_module, "_make", lambda *_: pytest.fail("it was made again"))

    second = [score_split(recognizer, corpus, split)[0] for split in ("testing", "validation")]

    assert all(map(np.array_equal, first, second))


def test_a_split_is_scored_with_the_labels_of_the_recognizer(tmp_path: Path, corpus: Path) -> None:
    save(random_checkpoint(labels=("cat", UNKNOWN, "bed", SILENCE)), tmp_path / "other.safetensors")

    posteriors, targets = score_split(Recognizer.load(tmp_path / "other.safetensors"), corpus, "testing")

    assert posteriors.shape == (4, 4)  # a tenth of four clips is none: neither unknown words nor silence
    assert targets.tolist() == [0, 0, 2, 2]


def test_a_command_that_the_data_set_does_not_hold_can_not_be_scored(tmp_path: Path, corpus: Path) -> None:
    save(random_checkpoint(labels=(SILENCE, UNKNOWN, "yes", "banana")), tmp_path / "other.safetensors")

    with pytest.raises(DataError, match="Speech Commands has no clips of banana; score heed-4-gru with --clips"):
        score_split(Recognizer.load(tmp_path / "other.safetensors"), corpus, "testing")


def test_the_table_is_printed_under_the_names_of_model_and_clips(
    model: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(model, "--data", corpus, "--split", "testing") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"heed-12-gru on {corpus}, testing"
    assert lines[1].startswith("balanced accuracy ")
    assert [line.split()[0] for line in lines[-12:]] == ["silence", "unknown", *COMMANDS]


def test_all_figures_are_written_as_json(model: Path, clips: Path, tmp_path: Path) -> None:
    assert evaluate(model, "--clips", clips, "--json", tmp_path / "figures.json") == 0

    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["model"], figures["n_clips"], figures["threshold"]) == ("heed-12-gru", 7, 0.5)
    assert [sum(row) for row in figures["confusion"]] == [2, 2, 2, 1, *[0] * 8]
    assert [entry["label"] for entry in figures["labels"]] == list(LABELS)
    assert figures["accuracy"] == sum(figures["confusion"][n][n] for n in range(12)) / 7
    assert figures["accuracy_interval"][0] <= figures["accuracy"] <= figures["accuracy_interval"][1]


def test_the_confusion_is_drawn(model: Path, clips: Path, tmp_path: Path) -> None:
    assert evaluate(model, "--clips", clips, "--plot", tmp_path / "confusion.png") == 0

    assert (tmp_path / "confusion.png").read_bytes().startswith(b"\x89PNG")


def test_the_option_threshold_takes_the_place_of_the_model_s(
    model: Path, clips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(model, "--clips", clips, "--threshold", "1") == 0

    assert "at threshold 1: 0.00% false accepts, 100.00% false rejects" in capsys.readouterr().out


@pytest.mark.parametrize("threshold", ["-0.1", "1.5", "nan", "high"])
def test_a_threshold_out_of_range_is_refused(
    model: Path, clips: Path, threshold: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        evaluate(model, "--clips", clips, f"--threshold={threshold}")

    assert "argument --threshold" in capsys.readouterr().err


@pytest.mark.parametrize("sources", [[], ["--data", "here", "--clips", "there"]])
def test_either_a_data_set_or_a_folder_is_needed(
    model: Path, sources: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        evaluate(model, *sources)

    assert "--data" in capsys.readouterr().err


def test_a_missing_data_set_model_or_folder_ends_with_one_line(
    model: Path, clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"

    codes = [
        evaluate(model, "--data", nowhere),
        evaluate(nowhere, "--clips", clips),
        evaluate(model, "--clips", clips, "--json", nowhere / "figures.json"),
    ]

    errors = [line for line in capsys.readouterr().err.splitlines() if "nowhere" in line]
    assert codes == [1, 1, 1]
    assert len(errors) == 3


def test_a_broken_clip_of_a_split_is_named(model: Path, own_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_corpus / FOLDER / name_of("go", 10)).write_bytes(b"not a sound")

    assert evaluate(model, "--data", own_corpus, "--split", "testing") == 1

    assert "1 clips can't be decoded" in capsys.readouterr().err
