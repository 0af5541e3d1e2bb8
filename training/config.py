"""Every number of a training run, with its unit."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """One recipe for every network. Ranges are drawn from uniformly unless a comment says otherwise."""

    network: str = "attention"
    seed: int = 0
    noise: tuple[str, ...] = ()  # names of the folders and tars beside the data set's own background noises

    n_epochs: int = 60
    batch_size: int = 128
    learning_rate: float = 2e-3  # the peak: linear warm-up to it, half a cosine down from it
    warmup_epochs: float = 2.0
    weight_decay: float = 0.02
    max_gradient_norm: float = 2.0
    label_smoothing: float = 0.1
    average_decay: float = 0.995  # of the exponential moving average of the weights that is validated and kept

    unknown_share: float = 0.1  # of the clips that hold a command
    silence_share: float = 0.1  # likewise

    shift_ms: float = 100.0  # either way
    speed: tuple[float, float] = (0.85, 1.15)
    gain_db: tuple[float, float] = (-20.0, 6.0)
    noise_probability: float = 0.8
    noise_snr_db: tuple[float, float] = (0.0, 40.0)
    silence_volume_db: tuple[float, float] = (-70.0, 0.0)  # even in decibels: quiet is as common as loud
    n_masks: int = 2
    max_mask_frames: int = 25
    max_mask_mfcc: int = 7

    max_false_accepts: float = 0.02  # share of validation clips without a command, at the threshold that ships
