"""Make the bank of words and noise that taught words are told apart from: ``python -m training.bank --help``."""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from model.audio import Waveform, decode, fit
from model.bank import Bank, Calibration, Features, save_bank
from model.embedding import Embedding
from model.errors import HeedError
from model.labels import SILENCE, UNKNOWN
from model.logistic import fit_logistic
from model.teaching import at_best_place, fit_score
from training.config import TrainConfig
from training.data.clips import Clip
from training.data.noise import Noise, background_noise, further_noise, silence
from training.data.sounds import made_sounds
from training.data.speech_commands import TAUGHT, read_split
from training.data.synthesize import synthetic_clips
from training.errors import DataError

N_RECORDED, N_SYNTHETIC, N_NOISE = 640, 360, 200
NOISE_VOLUME_DB = (-40.0, 0.0)
N_MADE_SOUNDS = 20  # of each kind
NUMBERS = (1, 2, 3, 5, 10)  # of recordings, for which words are calibrated
N_SPARE, N_DRAWS = 100, 3  # clips of each word beside the bank, and how often each is taught with each number


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Clips beside the bank: what is said and by whom, ``(clip,)``, and features, ``(clip, place, feature)``."""

    words: NDArray[np.str_]
    speakers: NDArray[np.str_]
    features: Features


def make_bank(clips: Sequence[Clip], synthetic: Sequence[Clip], noise: Noise, embedding: Embedding, seed: int) -> Bank:
    """Draw words of all kinds evenly, embed them and cuts of noise, and calibrate on clips that are left.

    Args:
        clips: recordings of training speakers.
        synthetic: synthetic words, of which each is taken once.
    """
    chance = random.Random(seed)  # noqa: S311 # nothing secret
    order = list(_in_turn(clips, chance))
    said = order[:N_RECORDED] + list(_in_turn(synthetic, chance))[:N_SYNTHETIC]
    cuts = silence(N_NOISE, noise, NOISE_VOLUME_DB, torch.Generator().manual_seed(seed)).numpy()
    embedded = embedding.embed(np.concatenate([_waveforms(said), cuts]))
    words = [clip.word for clip in said] + len(cuts) * [SILENCE]
    rows = chance.sample(range(len(words)), len(words))  # so that halves of the bank are alike
    bank = Bank(
        words=tuple(words[row] for row in rows),
        embeddings=embedded[rows],
        mean=embedded.mean(axis=0),
        calibrations={},
    )
    spare = spoken(_some_of_each(order[N_RECORDED:]), bank, embedding)
    return replace(bank, calibrations={number: calibrate(bank, spare, number, chance) for number in tqdm(NUMBERS)})


def calibrate(bank: Bank, spare: Spoken, n_recordings: int, chance: random.Random) -> Calibration:
    """Teach each word some times with so many recordings, each by another speaker, and fit odds to all scores.

    The taught word and all others together count alike.

    References:
        J. Platt: Probabilistic Outputs for Support Vector Machines, 1999.
    """
    scores, is_word = [], []
    for word in sorted(set(spare.words) - {UNKNOWN}):
        for _ in range(N_DRAWS):
            speakers = chance.sample(sorted(set(spare.speakers[spare.words == word])), n_recordings)
            taught = [_one_by(speaker, word, spare, chance) for speaker in speakers]
            score = fit_score(spare.features[taught], bank.without(word))
            others = ~np.isin(spare.speakers, speakers)
            scores.append(at_best_place(score, spare.features[others]))
            is_word.append(spare.words[others] == word)
    joint, targets = np.concatenate(scores)[:, None], np.concatenate(is_word).astype(np.float32)
    weights = np.where(targets > 0, len(targets) / targets.sum(), len(targets) / (1 - targets).sum())
    line = fit_logistic(joint, targets, weights.astype(np.float32))
    return Calibration(float(line.weights[0]), line.intercept)


def spoken(clips: Sequence[Clip], bank: Bank, embedding: Embedding) -> Spoken:
    """Compute the features of clips."""
    return Spoken(
        words=np.array([clip.word for clip in clips]),
        speakers=np.array([clip.speaker for clip in clips]),
        features=bank.features_of(embedding.embed(_waveforms(clips))),
    )


def _in_turn(clips: Sequence[Clip], chance: random.Random) -> Iterator[Clip]:
    """Yield a clip of each word, then a second of each, and so on; in random order."""
    words: dict[str, list[Clip]] = {}
    for clip in chance.sample(clips, len(clips)):
        words.setdefault(clip.word, []).append(clip)
    rounds = zip_longest(*words.values())
    return (clip for clip in chain.from_iterable(rounds) if clip is not None)


def _some_of_each(clips: Sequence[Clip]) -> list[Clip]:
    """Take some clips of each word that has enough."""
    words: dict[str, list[Clip]] = {}
    for clip in clips:
        words.setdefault(clip.word, []).append(clip)
    enough = [
        group[:N_SPARE] for group in words.values() if len({clip.speaker for clip in group[:N_SPARE]}) > max(NUMBERS)
    ]
    if not enough:
        raise DataError(
            f"no word has clips of more than {max(NUMBERS)} speakers beside the bank; unpack the whole data set"
        )
    return list(chain.from_iterable(enough))


def _one_by(speaker: str, word: str, spare: Spoken, chance: random.Random) -> int:
    (places,) = np.nonzero((spare.speakers == speaker) & (spare.words == word))
    return int(chance.choice(places.tolist()))


def _waveforms(clips: Sequence[Clip]) -> Waveform:
    return np.stack([fit(decode(clip.path.read_bytes())) for clip in clips])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.bank", description="Make the bank for taught words.")
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--noise", type=Path, action="append", default=[], help="folder or tar of further noises")
    parser.add_argument(
        "--speech", type=Path, action="append", required=True, help="folder of folders of synthetic words, repeatable"
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write (.npz)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        clips = [clip for clip in read_split(options.data, "training") if clip.word not in TAUGHT]
        synthetic = [clip for clip in synthetic_clips(options.speech, TrainConfig.commands) if clip.word not in TAUGHT]
        sounds = made_sounds(N_MADE_SOUNDS, torch.Generator().manual_seed(options.seed))
        noise = Noise(background_noise(options.data, "training") + sounds + further_noise(options.noise))
        save_bank(make_bank(clips, synthetic, noise, Embedding(), options.seed), options.out)
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
