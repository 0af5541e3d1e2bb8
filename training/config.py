"""Every number of a training run, with its unit."""

from dataclasses import dataclass, field
from typing import Any

from model.labels import SILENCE, UNKNOWN
from model.networks.config import CONFIGS, NetworkConfig
from training.data.speech_commands import WORDS

LEARNING_RATES = {"elman": 3e-4}  # of networks that need another than the recipe's; training/LOG.md has more rates


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """One recipe for every network. Ranges are drawn from uniformly unless a comment says otherwise."""

    commands: tuple[str, ...] = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
    words: tuple[str, ...] = WORDS  # that the second head tells apart
    network: str = "attention"
    sizes: dict[str, Any] = field(default_factory=dict)  # fields of the network's config, where not its defaults
    seed: int = 0
    noise: tuple[str, ...] = ()  # names of the folders and tars beside the data set's own background noises
    without: tuple[str, ...] = ()  # words that are left out of the training clips
    speech: tuple[str, ...] = ()  # names of the folders of synthetic speech
    start: str = ""  # SHA-256 of the checkpoint whose weights the run begins with, if there is one
    teachers: tuple[str, ...] = ()  # SHA-256 of what the run learns from beside the labels

    n_epochs: int = 100
    batch_size: int = 128
    learning_rate: float = 2e-3  # the peak, after a linear warm-up and before half a cosine down to zero
    warmup_epochs: float = 2.0
    weight_decay: float = 0.02
    max_gradient_norm: float = 2.0
    label_smoothing: float = 0.1
    average_decay: float = 0.998  # of the exponential moving average of the weights that is validated and kept

    teacher_weight: float = 0.5  # share of the teachers in the target, where there are any; the label has the rest
    word_weight: float = (
        0.5  # of the second loss, which asks for the word itself, also where the label is ``_unknown_``
    )

    max_clips: int = 0  # of each word in training, and a quarter of that in validation; 0 takes all
    min_draws: int = 0  # of each command in an epoch, however few its clips are
    unknown_share: float = 0.4  # of the clips that hold a command
    silence_share: float = 0.15  # likewise
    synthetic_commands: float = 0.1  # of the clips of each command, where there is synthetic speech
    synthetic_unknown: float = 0.5  # likewise of ``_unknown_``

    torn_share: float = 0.05  # of the clips with a command: they are cut to a rest of it, which counts as ``_unknown_``
    torn_rest: tuple[float, float] = (0.15, 0.55)  # of the word's length

    spliced_share: float = 0.0  # of the clips with a command: the end of another command follows their beginning
    shift_ms: float = 200.0  # either way
    speed: tuple[float, float] = (0.75, 1.25)
    gain_db: tuple[float, float] = (-30.0, 10.0)
    room_probability: float = 0.25
    room_rt60_seconds: tuple[float, float] = (0.1, 0.9)
    room_direct_db: tuple[float, float] = (-5.0, 15.0)  # of the direct sound over the reverberation: far to near
    noise_probability: float = 0.8
    noise_snr_db: tuple[float, float] = (-5.0, 35.0)
    babble_share: float = 0.1  # of the noises
    n_made_sounds: int = 100  # of each kind
    silence_volume_db: tuple[float, float] = (-70.0, 0.0)  # uniform in decibels, so that quiet is as common as loud
    coded_share: float = 0.25  # of the clips, of which a copy passes a codec at a low rate
    narrow_probability: float = 0.15  # of a telephone's band
    narrow_low_hz: tuple[float, float] = (50.0, 400.0)
    narrow_high_hz: tuple[float, float] = (3_000.0, 4_000.0)
    clip_probability: float = 0.15
    clip_db: tuple[float, float] = (0.0, 24.0)  # how far the loudest sample lies above the level at which it is cut
    offset_probability: float = 0.1
    offset: tuple[float, float] = (-0.1, 0.1)
    n_masks: int = 2
    max_mask_frames: int = 25
    max_mask_mfcc: int = 7

    max_false_accepts: float = 0.005  # share of the validation clips without a command that may be accepted as one
    least_threshold: float = 0.0  # however low that share would let it be

    @property
    def labels(self) -> tuple[str, ...]:
        """The network's outputs, in the order that its checkpoint keeps."""
        return SILENCE, UNKNOWN, *self.commands

    @property
    def network_config(self) -> NetworkConfig:
        return CONFIGS[self.network](n_labels=len(self.labels), **self.sizes)


def quick() -> TrainConfig:
    """Change the recipe for a first network within two minutes: fewer clips, a smaller network, an easier task."""
    return TrainConfig(
        sizes={"stem_channels": 64, "hidden_size": 64},
        max_clips=200,
        n_epochs=20,
        warmup_epochs=1.0,
        batch_size=64,
        average_decay=0.98,
        n_made_sounds=10,
        torn_share=0.0,
        room_probability=0.0,
        noise_probability=0.5,
        coded_share=0.0,
        narrow_probability=0.0,
        clip_probability=0.0,
        offset_probability=0.0,
        n_masks=1,
    )


def own_words(commands: tuple[str, ...]) -> TrainConfig:
    """Change the recipe for a few recordings of own words, which start from a network that knows other words."""
    return TrainConfig(
        commands=commands,
        words=commands,
        n_epochs=15,
        warmup_epochs=1.0,
        average_decay=0.95,
        min_draws=100,
        synthetic_commands=0.3,
        spliced_share=0.4,
        max_false_accepts=0.01,
        least_threshold=0.7,
        n_made_sounds=20,
    )
