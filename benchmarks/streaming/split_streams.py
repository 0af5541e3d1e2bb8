"""The streams that are played of one split: words in noise, noises, and other words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.hearing.material import seeded
from benchmarks.hearing.noises import Recordings, background, everyday
from benchmarks.streaming.streams import (
    at_any_loudness,
    background_stream,
    everyday_stream,
    lasting,
    made_stream,
    words_stream,
)
from benchmarks.streaming.word_mix import Word, word_mix
from model.audio import Waveform
from training.config import TrainConfig
from training.data.cache import WaveformCache
from training.data.clips import Clip
from training.data.speech_commands import Split, read_split

MIX_MINUTES = 10.0
NOISE_MINUTES = 40.0  # of each of three kinds
WORDS_MINUTES = 120.0


@dataclass(frozen=True, kw_only=True)
class SplitStreams:
    """The streams of one split of Speech Commands; each lasts at most ``most_minutes``."""

    clips: list[Clip]
    cache: WaveformCache
    background: dict[str, Recordings]
    everyday: dict[str, Recordings]
    most_minutes: float

    @classmethod
    def read(cls, root: Path, split: Split, sources: list[Path], most_minutes: float) -> Self:
        """Raises:
        DataError: the data set or a source of noise is missing or damaged.
        """
        clips = read_split(root, split)
        return cls(
            clips=clips,
            cache=WaveformCache(clips, root / "heed-cache" / split),
            background=background(root, split),
            everyday=everyday(sources),
            most_minutes=most_minutes,
        )

    @property
    def noise_hours(self) -> float:
        """Of each kind."""
        return self._seconds(NOISE_MINUTES) / 3600

    @property
    def words_minutes(self) -> float:
        return self._seconds(WORDS_MINUTES) / 60

    def mix(self, place: int, snr_db: float) -> tuple[Waveform, list[Word]]:
        """Mix the same words into the same noise, at any ratio."""
        seconds, generator = self._seconds(MIX_MINUTES), seeded(f"mix {place}")
        return word_mix(self.clips, self.cache, self.background, seconds, generator, snr_db=snr_db)

    def noises(self) -> dict[str, Iterator[Waveform]]:
        kinds = {
            "background noises": background_stream(self.background, seeded("background stream")),
            "made by rule": made_stream(seeded("made stream")),
        }
        if self.everyday:
            kinds["everyday sounds"] = everyday_stream(self.everyday, seeded("everyday stream"))
        seconds = self._seconds(NOISE_MINUTES)
        return {
            kind: lasting(at_any_loudness(pieces, seeded(f"loudness of {kind}")), seconds)
            for kind, pieces in kinds.items()
        }

    def other_words(self) -> Iterator[Waveform]:
        others = [clip for clip in self.clips if clip.word not in TrainConfig.commands]
        return lasting(words_stream(others, self.cache, seeded("words stream")), self._seconds(WORDS_MINUTES))

    def _seconds(self, minutes: float) -> float:
        return 60 * min(minutes, self.most_minutes)
