"""Make synthetic speech with eSpeak NG: ``python -m training.data.synthesize --help``.

It says the commands in many voices, and nonsense syllables, which stand for the words that no data set holds.
"""

import argparse
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from model.labels import UNKNOWN
from model.voices import TIMEOUT_SECONDS, run
from training.config import TrainConfig
from training.data.clips import Clip
from training.errors import DataError

ACCENTS = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc")
SPEAKERS = ("", *(f"+m{n}" for n in range(1, 9)), *(f"+f{n}" for n in range(1, 6)), "+klatt2", "+klatt4", "+croak")
WORDS_PER_MINUTE = (110, 230)
PITCH = (15, 95)  # espeak-ng's, of 0 to 99

# English sounds as espeak-ng writes them.
ONSETS = [*"pbtdkgfvszhmnlrwj", "S", "T", "tS", "dZ", "pl", "br", "tr", "dr", "kl", "gr", "fl", "sp", "sk", "sw", ""]
VOWELS = ["a", "E", "I", "0", "V", "U", "i:", "u:", "A:", "O:", "3:", "eI", "aI", "OI", "aU", "oU"]
CODAS = [*"pbtdkgfvszmnl", "S", "tS", "N", "nd", "st", "nt", "lk", "ks", "mp", "", ""]
REAL = {  # pronunciations of the recipe's commands, and of words that are kept for tests
    *("jEs", "noU", "Vp", "daUn", "lEft", "raIt", "0n", "O:n", "A:n", "0f", "O:f", "A:f", "st0p", "stA:p", "goU"),
    *("bEd", "b3:d", "haUs", "Tri:", "waU"),
}


HELD_OUT_VOICES = ("af_bella", "am_adam", "bf_isabella", "bm_george")  # of Kokoro


def synthesize(
    folder: Path,
    commands: tuple[str, ...],
    *,
    n_each: int,
    n_nonsense: int,
    seed: int,
    accents: Sequence[str] = ACCENTS,
) -> None:
    """Write ``n_each`` clips of every command and ``n_nonsense`` of nonsense, each as ``label/number.wav``.

    Args:
        accents: voices of espeak-ng that say the commands; nonsense is English.

    Raises:
        DataError: espeak-ng is not installed or fails.
    """
    if not is_installed():
        raise DataError("espeak-ng is not installed; install the package of that name")
    chance = random.Random(seed)  # noqa: S311 # nothing secret
    real = REAL | {_pronunciation(word, accent) for word in commands for accent in accents}
    texts = [(word, word) for word in commands for _ in range(n_each)]
    texts += [(UNKNOWN, nonsense(chance, real)) for _ in range(n_nonsense)]
    for number, (label, text) in enumerate(tqdm(texts, "synthetic speech", unit=" clips", leave=False)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        _speak(text, folder / label / f"{number:05d}.wav", ACCENTS if label == UNKNOWN else accents, chance)


def is_installed() -> bool:
    """Whether there is an espeak-ng to speak."""
    return shutil.which("espeak-ng") is not None


def nonsense(chance: random.Random, real: AbstractSet[str] = REAL) -> str:
    """Make up one or two syllables that are not a command, in espeak-ng's phonemes.

    Args:
        real: pronunciations of words that it must not be.
    """
    while True:
        n_syllables = chance.choice((1, 1, 2))
        syllables = [chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS) for _ in range(n_syllables)]
        if real.isdisjoint([*syllables, "".join(syllables)]):
            return "[['" + "".join(syllables) + "]]"


def _pronunciation(word: str, voice: str) -> str:
    """Ask for the phonemes of a word, less the marks of stress."""
    return _espeak("-q", "-x", "-v", voice, "--", word).strip().replace("'", "").replace(",", "")


def _speak(text: str, path: Path, accents: Sequence[str], chance: random.Random) -> None:
    voice = chance.choice(accents) + chance.choice(SPEAKERS)
    speed, pitch = chance.randint(*WORDS_PER_MINUTE), chance.randint(*PITCH)
    _espeak("-v", voice, "-s", str(speed), "-p", str(pitch), "-w", str(path), "--", text)


def _espeak(*options: str) -> str:
    """Run espeak-ng and return what it prints."""
    try:
        return run(["espeak-ng", *options]).decode()
    except subprocess.CalledProcessError as error:
        raise DataError(f"espeak-ng failed: {error.stderr.decode(errors='replace').strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise DataError(f"espeak-ng did not answer within {TIMEOUT_SECONDS:g} s") from error


def synthetic_clips(folders: Sequence[Path], commands: tuple[str, ...]) -> list[Clip]:
    """List the clips in folders of synthetic speech, each a folder of words, less those that :func:`is_held_out`.

    Raises:
        DataError: a folder holds no clip.
    """
    clips = []
    for folder in folders:
        paths = sorted(path for path in folder.glob("*/*") if path.suffix in (".wav", ".ogg"))
        if not paths:
            raise DataError(
                f"no synthetic speech in {folder}; python -m training.data.synthesize --out {folder} writes it"
            )
        clips += [Clip(path, path.parent.name, "synthetic") for path in paths if not is_held_out(path, commands)]
    return clips


def is_held_out(path: Path, commands: tuple[str, ...]) -> bool:
    """Whether a synthetic clip is kept for tests: every fifth word but the commands, and certain voices."""
    word = path.parent.name
    by_hash = int(sha256(word.encode()).hexdigest(), 16) % 5 == 0 and not word.startswith("_")
    return (by_hash and word not in commands) or any(voice in path.stem for voice in HELD_OUT_VOICES)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.data.synthesize", description="Write synthetic speech.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--each", type=int, default=150, help="clips of every command")
    parser.add_argument("--nonsense", type=int, default=4_000, help="clips of nonsense syllables")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        synthesize(
            options.out, TrainConfig.commands, n_each=options.each, n_nonsense=options.nonsense, seed=options.seed
        )
    except (DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
