"""A typed word is spoken in every voice that is installed, and a voice that fails is left out."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from model import voices
from model.errors import NoVoice
from model.voices import SIZES, speak


@pytest.fixture(autouse=True)
def _fresh() -> None:
    voices.voices.cache_clear()


def programs(monkeypatch: pytest.MonkeyPatch, folder: Path, **scripts: str) -> None:
    """Let only these programs be found; each is the body of a shell script."""
    for name, body in scripts.items():
        program = folder / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(folder / name) if (folder / name).exists() else None)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(voices, "find_spec", lambda _: None)


def test_pico_says_a_word_in_each_of_its_voices_for_speakers_of_each_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    takes = speak("lamp")

    assert len(takes) == len(voices.PICO["en"]) * len(SIZES)
    assert all(take.dtype == np.float32 and 0.4 < np.abs(take).max() <= 0.5 for take in takes)
    assert len({len(take) for take in takes}) == len(takes)


@pytest.mark.parametrize("language", ["de", "es", "fr", "it"])
def test_pico_speaks_other_languages(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    assert len(speak("lampa", language)) == len(SIZES)


def test_the_text_is_never_taken_for_an_option(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs(monkeypatch, tmp_path, espeak_ng=f'printf "%s\\n" "$@" >> {tmp_path}/said')

    with pytest.raises(NoVoice):
        speak("-w /tmp/lamp", "cmn")

    said = (tmp_path / "said").read_text().splitlines()
    assert said[:5] == ["-v", "cmn-latn-pinyin", "--stdout", "--", "-w /tmp/lamp"]


def test_a_text_with_markup_writes_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.chdir(tmp_path)

    takes = speak('<genfile file="a.wav">lamp</genfile>')

    assert takes
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("body", ["exit 1", "true", "echo this is no WAV", "sleep 9"])
def test_a_voice_that_fails_is_left_out(body: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs(monkeypatch, tmp_path, espeak_ng=body)
    monkeypatch.setattr(voices, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(voices, "find_spec", lambda name: name)

    assert len(speak("lampa", "de")) == len(SIZES)


def test_without_a_voice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs(monkeypatch, tmp_path)

    with pytest.raises(NoVoice, match=r"no voice is installed that can say 'lamp'.*apt-get install flite espeak-ng"):
        speak("lamp")


@pytest.mark.parametrize("language", ["en", "de"])
def test_voices_of_latin_letters_are_not_asked_to_read_another_script(language: str) -> None:
    with pytest.raises(NoVoice, match=f"the language '{language}' can't read 'лампа'; name its own language"):
        speak("лампа", language)


@pytest.mark.skipif(subprocess.call(["which", "espeak-ng"], stdout=subprocess.DEVNULL) != 0, reason="no espeak-ng")
def test_espeak_reads_other_scripts() -> None:
    assert len(speak("лампа", "ru")) == len(voices.ESPEAK_SPEAKERS) * len(SIZES)
