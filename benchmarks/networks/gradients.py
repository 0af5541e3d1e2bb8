"""Measure how much a network's answer depends on each frame: the gradient on its way back through time."""

import torch
from torch import Tensor

from model.networks.build import Network
from model.networks.gated import Gated


def of_answer(network: Network, frames: Tensor, targets: Tensor) -> list[float]:
    """The norm of the gradient of the target's logit with respect to each frame, mean over clips, greatest 1.

    Shape: ``(clip, frame, mfcc)`` and ``(clip,)`` to ``(frame,)``.
    """
    frames = frames.detach().requires_grad_()
    return _by_frame(network.eval()(frames), frames, targets)


def of_last_state(network: Network, frames: Tensor, targets: Tensor) -> list[float]:
    """The same if the last state alone were classified, so that the gradient has no way but through the recurrence.

    The textbook networks do so anyway; those with gates classify the mean of all states, and through it every frame has
    a way to the answer that is short.
    """
    if not isinstance(network, Gated):
        return of_answer(network, frames, targets)
    frames = frames.detach().requires_grad_()
    states, _ = network.eval().rnn(frames)
    return _by_frame(network.classify(states[:, -1]), frames, targets)


def _by_frame(logits: Tensor, frames: Tensor, targets: Tensor) -> list[float]:
    (gradients,) = torch.autograd.grad(logits.gather(1, targets[:, None]).sum(), frames)
    norms = gradients.norm(dim=2).mean(dim=0)
    shares: list[float] = (norms / norms.max()).tolist()
    return shares
