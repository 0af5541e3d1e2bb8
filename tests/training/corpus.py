"""Write a small data set in the layout of Speech Commands: words are pairs of tones, speakers are pitches."""

from pathlib import Path

import numpy as np
import soundfile

from tests.labels import COMMANDS
from tests.signals import Signal, noise, tone
from training.data.clips import Clip
from training.data.speech_commands import BACKGROUND_NOISE, FOLDER

OTHER_WORDS = ("bed", "cat", "house")
N_SPEAKERS = 12
VALIDATION_SPEAKERS = (8, 9)
TESTING_SPEAKERS = (10, 11)
NOISE_SECONDS = (2.5, 3.0)

PITCHES_HZ = (300, 600, 1_200, 2_400)
PAIRS = [(first, second) for first in PITCHES_HZ for second in PITCHES_HZ]


def write_corpus(root: Path, *, seed: int = 0) -> Path:
    """Write a clip of every word by every speaker and return ``root``."""
    folder = root / FOLDER
    for place, word in enumerate((*COMMANDS, *OTHER_WORDS)):
        (folder / word).mkdir(parents=True)
        for speaker in range(N_SPEAKERS):
            write_clip(folder / name_of(word, speaker), spoken(place, speaker, seed))
    (folder / BACKGROUND_NOISE).mkdir()
    for place, seconds in enumerate(NOISE_SECONDS):
        write_clip(folder / BACKGROUND_NOISE / f"noise_{place}.wav", noise(round(16_000 * seconds), seed=seed + place))
    write_list(folder / "validation_list.txt", VALIDATION_SPEAKERS)
    write_list(folder / "testing_list.txt", TESTING_SPEAKERS)
    return root


def name_of(word: str, speaker: int) -> str:
    return f"{word}/{speaker:08x}_nohash_0.wav"


def spoken(word: int, speaker: int, seed: int) -> Signal:
    """Play two tones in turn for 0.8 s, at the pitch of the speaker, before a faint noise."""
    pitch = 0.9 + 0.2 * speaker / N_SPEAKERS
    tones = np.concatenate([tone(pitch * frequency_hz, seconds=0.4) for frequency_hz in PAIRS[word]])
    return tones + noise(len(tones), seed=seed + 1_000 * word + speaker, amplitude=0.005)


def write_clip(path: Path, signal: Signal) -> None:
    soundfile.write(path, signal, 16_000, subtype="PCM_16")


def write_list(path: Path, speakers: tuple[int, ...]) -> None:
    path.write_text(
        "".join(name_of(word, speaker) + "\n" for word in (*COMMANDS, *OTHER_WORDS) for speaker in speakers)
    )


def unwritten_clips(counts: dict[str, int]) -> list[Clip]:
    """Make clips without files, for functions that look at words only."""
    return [Clip(Path(name_of(word, n)), word, f"{n:08x}") for word, count in counts.items() for n in range(count)]
