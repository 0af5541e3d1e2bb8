"""Put together what a run on own words learns from: recordings, synthetic company, noise and made sounds."""

import sys
from pathlib import Path

import soundfile
import torch

from model.audio import SAMPLE_RATE
from model.labels import SILENCE, UNKNOWN
from training.config import TrainConfig
from training.data.batches import targets_of
from training.data.cache import WaveformCache
from training.data.clips import Clip, label_of
from training.data.dataset import TrainingData, coded_copies
from training.data.folder import WordFolder
from training.data.held_out import SILENCE_VOLUME_DB, Examples
from training.data.noise import Noise, further_noise, read_noise, silence
from training.data.sounds import made_sounds
from training.data.speech_commands import Split
from training.data.synthesize import ACCENTS, is_installed, synthesize, synthetic_clips
from training.errors import DataError

ENGLISH = "en"
N_EACH = 40  # synthetic clips of each command
N_NONSENSE: dict[Split, int] = {"training": 800, "validation": 150, "testing": 100}
N_SILENT = 50  # in validation and testing
SEEDS: dict[Split, int] = {"training": 0, "validation": 1, "testing": 2}  # of synthetic speech and made sounds


def own_words_data(
    folder: WordFolder, noise_sources: list[Path], speech: list[Path], language: str, config: TrainConfig, out: Path
) -> TrainingData:
    """Make synthetic company, and lay the recordings for testing aside in ``out/testing``, a folder for each label.

    Args:
        noise_sources: further noise, see :func:`training.data.noise.further_noise`.
        speech: further synthetic speech, see :func:`training.data.synthesize.synthetic_clips`.
        language: of the words, as espeak-ng calls it.

    Raises:
        DataError: there are no other words and no espeak-ng to make some up, or something can't be decoded.
    """
    if not is_installed() and UNKNOWN not in {clip.word for clip in folder.clips["training"]}:
        raise DataError(f"there is no folder {UNKNOWN}; fill one with recordings of other words, or install espeak-ng")
    company = {split: _company(folder.words, split, language, out) for split in N_NONSENSE}
    training = folder.clips["training"] + coded_copies(folder.clips["training"], config.coded_share)
    validation = folder.clips["validation"] + company["validation"]
    synthetic = company["training"] + synthetic_clips(speech, folder.words)
    cache = WaveformCache(training + validation + synthetic, out / "cache")
    _lay_aside(folder.clips["testing"] + company["testing"], _noise(folder, "testing", 1), out / "testing")
    noise = _noise(folder, "training", config.n_made_sounds)
    return TrainingData(
        clips=training,
        synthetic=synthetic,
        cache=cache,
        noise=Noise(noise.kinds + further_noise(noise_sources)),
        validation=_examples(validation, cache, _noise(folder, "validation", 1), config.labels),
    )


def _company(words: tuple[str, ...], split: Split, language: str, out: Path) -> list[Clip]:
    """Let espeak-ng say nonsense in each split, and in training the words that it can read."""
    if not is_installed():
        return []
    folder = out / "synthetic" / split
    said = tuple(word for word in words if word.isascii() or language != ENGLISH) if split == "training" else ()
    if not folder.is_dir():
        accents = ACCENTS if language == ENGLISH else (language,)
        partial = folder.with_suffix(".partial")
        n_nonsense = N_NONSENSE[split]
        synthesize(partial, said, n_each=N_EACH, n_nonsense=n_nonsense, seed=SEEDS[split], accents=accents)
        partial.rename(folder)
    unsaid = [word for word in words if word not in said]
    if split == "training" and unsaid:
        print(f"without synthetic company: {', '.join(unsaid)}; name their --language to have some", file=sys.stderr)
    return synthetic_clips([folder], words)


def _noise(folder: WordFolder, split: Split, n_made_sounds: int) -> Noise:
    """Each folder of noise is a kind, and so is each kind of made sounds."""
    recorded = [(clip.word, read_noise(clip.path)) for clip in folder.noise[split]]
    kinds = [[noise for name, noise in recorded if name == kind] for kind in sorted({name for name, _ in recorded})]
    return Noise(kinds + made_sounds(n_made_sounds, torch.Generator().manual_seed(SEEDS[split])))


def _examples(clips: list[Clip], cache: WaveformCache, noise: Noise, labels: tuple[str, ...]) -> Examples:
    """All clips, and some silence; shapes as in :func:`training.data.held_out.held_out`."""
    silent = silence(N_SILENT, noise, SILENCE_VOLUME_DB, torch.Generator().manual_seed(0))
    said = [label_of(clip.word, labels) for clip in clips] + [SILENCE] * N_SILENT
    return torch.cat([cache.waveforms(clips), silent]), targets_of(said, labels)


def _lay_aside(clips: list[Clip], noise: Noise, folder: Path) -> None:
    """Link the clips in a folder for each label, and write some silence."""
    for number, clip in enumerate(clips):
        link = folder / clip.word / f"{number:04d}-{clip.path.name}"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(clip.path.resolve())
    (folder / SILENCE).mkdir(parents=True, exist_ok=True)
    for number, second in enumerate(silence(N_SILENT, noise, SILENCE_VOLUME_DB, torch.Generator().manual_seed(1))):
        soundfile.write(folder / SILENCE / f"{number:02d}.wav", second.numpy(), SAMPLE_RATE)
