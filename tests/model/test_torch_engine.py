"""The reference engine leaves the other processors to other workers."""

import numpy as np
import torch

from model.torch_engine import TorchEngine
from tests.model.checkpoints import random_checkpoint
from tests.signals import noise


def test_a_call_computes_on_one_processor() -> None:
    engine = TorchEngine(random_checkpoint())
    torch.set_num_threads(2)

    engine.posteriors(np.stack([noise()]))

    assert torch.get_num_threads() == 1
