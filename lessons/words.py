"""Six words in synthetic voices for lesson 5, in one file, which ``python -m lessons.words`` makes with eSpeak NG."""

from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile
import torch
from torch import Tensor

from lessons.files import DATA
from model.audio import SAMPLE_RATE, decode, fit
from training.data.synthesize import ACCENTS, synthesize

FILE = DATA / "words.ogg"
WORDS = ("go", "left", "no", "right", "stop", "yes")
N_TRAINING, N_TEST = 30, 10  # clips of each word
N_SAMPLES = SAMPLE_RATE * 4 // 5  # of each clip
TRAINING_ACCENTS, TEST_ACCENTS = ACCENTS[:6], ACCENTS[6:]


def read_words() -> tuple[Tensor, Tensor]:
    """Return the clips of all words, those of the test last; no accent is in both.

    Shape: training ``(word, 30, time)`` and test ``(word, 10, time)``, in [-1, 1] at 16 kHz, 0.8 s long.
    """
    waveform = torch.from_numpy(decode(FILE.read_bytes(), max_clip_seconds=300.0))
    clips = waveform.reshape(len(WORDS), N_TRAINING + N_TEST, N_SAMPLES)
    return clips[:, :N_TRAINING], clips[:, N_TRAINING:]


def main() -> None:
    with TemporaryDirectory() as name:
        training, test = Path(name, "training"), Path(name, "test")
        synthesize(training, WORDS, n_each=N_TRAINING, n_nonsense=0, seed=0, accents=TRAINING_ACCENTS)
        synthesize(test, WORDS, n_each=N_TEST, n_nonsense=0, seed=1, accents=TEST_ACCENTS)
        paths = [path for word in WORDS for folder in (training, test) for path in sorted((folder / word).iterdir())]
        clips = [fit(decode(path.read_bytes()), N_SAMPLES) for path in paths]
    with soundfile.SoundFile(FILE, "w", SAMPLE_RATE, 1, subtype="VORBIS", compression_level=0.9) as file:
        for clip in clips:  # libsndfile crashes on minutes of Vorbis that are written at once
            file.write(clip)


if __name__ == "__main__":
    main()
