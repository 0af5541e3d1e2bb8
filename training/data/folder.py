"""Read a folder of own words: a folder of recordings for each word, and beside them other words and noise."""

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from unicodedata import category, normalize

from model.labels import SILENCE, UNKNOWN
from training.data.cache import unreadable
from training.data.clips import Clip
from training.data.speech_commands import BACKGROUND_NOISE, Split
from training.errors import DataError

NOISE_FOLDERS = (SILENCE, BACKGROUND_NOISE)
FEW, LEAST = 20, 2  # recordings of a word: fewer are warned of, fewer are refused
MAX_LETTERS = 64
ALSO_IN_WORDS = " -'\N{RIGHT SINGLE QUOTATION MARK}"
MIN_SPEAKERS = 5  # of a word: of fewer, none can be spared for validation and testing
HELD_OUT: tuple[Split, ...] = ("validation", "testing")
HELD_OUT_SHARE = 0.15  # of a word's recordings, once for validation and once for testing


@dataclass(frozen=True, kw_only=True)
class WordFolder:
    """Own words in the order of their names, the clips of each split, and the recordings without speech likewise.

    Clips of other words have the word ``_unknown_``; there may be none of them, and no noise.
    """

    words: tuple[str, ...]
    clips: dict[Split, list[Clip]]
    noise: dict[Split, list[Clip]]


def read_folder(root: Path) -> WordFolder:
    """Read a folder of own words. A file that can't be decoded is named on standard error and left out.

    Folder names are words in any script; Unicode in another form than NFC is brought to it. ``_unknown_`` holds other
    words, ``_silence_`` and ``_background_noise_`` hold recordings without speech.

    Raises:
        DataError: there is no word, two look alike, one is no word or has fewer than two recordings.
    """
    folders = _folders(root)
    clips = [clip for name, folder in folders.items() for clip in _clips(folder, name)]
    broken = unreadable(clips)
    for message in broken.values():
        print(f"left out {message}", file=sys.stderr)
    clips = [clip for clip in clips if clip not in broken]
    words = tuple(sorted(name for name in folders if not name.startswith("_")))
    _check_counts(words, Counter(clip.word for clip in clips), len(broken))
    return WordFolder(
        words=words,
        clips=split_by_speaker([clip for clip in clips if clip.word not in NOISE_FOLDERS]),
        noise=split_by_speaker([clip for clip in clips if clip.word in NOISE_FOLDERS]),
    )


def _folders(root: Path) -> dict[str, Path]:
    """Map the name in NFC of each folder to its path, and refuse names that are no words."""
    if not root.is_dir():
        raise DataError(f"{root} is no folder; --words takes one that holds a folder of recordings for each word")
    paths = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    alike: dict[str, Path] = {}
    for path in paths:
        _check_name(path)
        other = alike.setdefault(normalize("NFKC", path.name).casefold(), path)
        if other != path:
            raise DataError(f"the words {other.name} and {path.name} look alike; put their recordings into one folder")
    return {normalize("NFC", path.name): path for path in paths}


def _check_name(path: Path) -> None:
    name = path.name
    if name in (UNKNOWN, *NOISE_FOLDERS):
        return
    is_word = name.strip() == name and all(category(letter)[0] in "LMN" or letter in ALSO_IN_WORDS for letter in name)
    if not is_word or len(name) > MAX_LETTERS:
        raise DataError(
            f"the name of the folder {path} is no word; a word has 1 to {MAX_LETTERS} letters of any script, digits, "
            f"spaces, hyphens or apostrophes. Beside words there may be {UNKNOWN}, {' and '.join(NOISE_FOLDERS)}"
        )


def _clips(folder: Path, word: str) -> list[Clip]:
    """List the recordings of a word, with their speakers where the names tell at least five."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    speakers = [path.stem.replace("-", "_").split("_")[0] for path in paths]
    if len(set(speakers)) < MIN_SPEAKERS:
        speakers = [f"{word}/{path.stem}" for path in paths]
    return [Clip(path, word, speaker) for path, speaker in zip(paths, speakers, strict=True)]


def _check_counts(words: tuple[str, ...], counts: Counter[str], n_broken: int) -> None:
    if n_broken:
        print(f"left out {n_broken} of {counts.total() + n_broken} files", file=sys.stderr)
    if not words:
        raise DataError("there is no word; --words takes a folder that holds a folder of recordings for each word")
    missing = [f"{word} ({counts[word]})" for word in words if counts[word] < LEAST]
    if missing:
        raise DataError(f"too few recordings of {', '.join(missing)}; a word needs at least {LEAST}, better {FEW}")
    few = [f"{word} ({counts[word]})" for word in words if counts[word] < FEW]
    if few:
        print(f"few recordings of {', '.join(few)}; {FEW} of different speakers are better", file=sys.stderr)


def split_by_speaker(clips: list[Clip]) -> dict[Split, list[Clip]]:
    """Split clips so that no speaker is in two splits.

    Speakers go to validation or testing in the order of their hash, until each word has its share there. A word always
    keeps half of its clips for training.
    """
    of_speaker = defaultdict[str, list[Clip]](list)
    for clip in clips:
        of_speaker[clip.speaker].append(clip)
    totals = Counter(clip.word for clip in clips)
    left = totals.copy()
    splits: dict[Split, list[Clip]] = {"training": [], "validation": [], "testing": []}
    missing = {split: {word: max(1, round(HELD_OUT_SHARE * n)) for word, n in totals.items()} for split in HELD_OUT}
    for speaker in sorted(of_speaker, key=lambda name: sha256(name.encode()).digest()):
        words = Counter(clip.word for clip in of_speaker[speaker])
        can_spare = all(left[word] - n >= totals[word] / 2 for word, n in words.items())
        wanting = [split for split in HELD_OUT if can_spare and any(missing[split][word] > 0 for word in words)]
        if not wanting:
            splits["training"] += of_speaker[speaker]
            continue
        chosen = min(wanting, key=lambda split: len(splits[split]))
        splits[chosen] += of_speaker[speaker]
        left.subtract(words)
        for word, n in words.items():
            missing[chosen][word] -= n
    return splits
