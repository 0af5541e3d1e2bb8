"""Read the clips of Google Speech Commands, in its official splits."""

import shutil
import tarfile
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, get_args

from torchaudio.datasets import SPEECHCOMMANDS

from training.data.clips import Clip
from training.errors import DataError

Split = Literal["training", "validation", "testing"]
FOLDER = Path("SpeechCommands") / "speech_commands_v0.02"
BACKGROUND_NOISE = "_background_noise_"
# fmt: off
WORDS = (
    "backward", "bed", "bird", "cat", "dog", "down", "eight", "five", "follow", "forward", "four", "go", "happy",
    "house", "learn", "left", "marvin", "nine", "no", "off", "on", "one", "right", "seven", "sheila", "six", "stop",
    "three", "tree", "two", "up", "visual", "wow", "yes", "zero",
)
# fmt: on
NEVER_HEARD = ("bed", "bird", "house", "three", "wow")  # for models that are tested on words they never heard
TAUGHT = (
    "backward",
    "bed",
    "cat",
    "forward",
    "happy",
    "three",
)  # kept out of the bank, to measure how well they are taught
LISTS = ("validation_list.txt", "testing_list.txt")


def read_split(root: Path, split: Split, *, download: bool = False) -> list[Clip]:
    """Read the clips of one official split, in the order of their paths.

    Args:
        root: a root for ``torchaudio.datasets.SPEECHCOMMANDS`` (v0.02).
        download: fetch the data set (2.3 GB) if it is not there.

    Raises:
        DataError: no data set below ``root``, its lists name missing clips, or a speaker is in two splits.

    References:
        P. Warden: Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, 2018.
    """
    if download:
        _download(root)
    folder = root / FOLDER
    if not all((folder / name).is_file() for name in LISTS):
        raise DataError(f"no Speech Commands v0.02 in {folder}; name its root with --data, or fetch it with --download")
    clips = _clips(root, split)
    missing = [clip.path for clip in clips if not clip.path.is_file()]
    if missing:
        raise DataError(f"{len(missing)} clips of the {split} split are missing, the first is {missing[0]}")
    if not clips:
        raise DataError(f"the {split} split of {folder} holds no clips; unpack the whole data set")
    elsewhere = {clip.speaker for other in get_args(Split) if other != split for clip in _clips(root, other)}
    shared = sorted({clip.speaker for clip in clips} & elsewhere)
    if shared:
        raise DataError(
            f"{len(shared)} speakers of the {split} split are in another split too, the first is {shared[0]}; "
            f"take {' and '.join(LISTS)} of {folder} from the data set"
        )
    return sorted(clips, key=lambda clip: clip.path)


def _clips(root: Path, split: Split) -> list[Clip]:
    try:
        dataset = SPEECHCOMMANDS(root, subset=split)
        rows = [dataset.get_metadata(place) for place in range(len(dataset))]
    except ValueError as error:
        raise DataError(
            f"a clip of the {split} split of {root / FOLDER} is not named WORD/SPEAKER_nohash_NUMBER.wav ({error})"
        ) from error
    return [Clip(root / "SpeechCommands" / path, word, speaker) for path, _, word, speaker, _ in rows]


def _download(root: Path) -> None:
    """Let torchaudio fetch and unpack the data set, whole or not at all, unless it is there."""
    folder = root / FOLDER
    if folder.exists():
        return
    root.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)  # a half would pass for the whole the next time
        try:
            SPEECHCOMMANDS(root, download=True)
        except (RuntimeError, EOFError, tarfile.TarError, zlib.error) as error:
            raise DataError(f"the archive fetched to {root} is damaged, remove it and try again: {error}") from error
        undo.pop_all()
