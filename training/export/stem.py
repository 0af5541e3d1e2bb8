"""Compute the stem of the attention network in the form that ONNX Runtime runs fastest."""

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from model.networks.attention import Convolution


class GraphStem(nn.Module):
    """The attention network's stem in evaluation mode, as convolutions over pictures that are one pixel high.

    ONNX Runtime has fast kernels for two-dimensional convolutions only. Batch norm is folded into the weights.

    Shape: ``(batch, channel, frame)`` to ``(batch, channel, frame / 4)``.
    """

    def __init__(self, stem: nn.Module) -> None:
        super().__init__()
        blocks = [block for block in stem.eval().modules() if isinstance(block, Convolution)]
        self.residual = [block.residual for block in blocks]
        self.convolutions = nn.ModuleList(_over_pictures(block) for block in blocks)

    def forward(self, channels: Tensor) -> Tensor:
        picture = channels.unsqueeze(2)  # (batch, channel, 1, frame)
        for convolution, residual in zip(self.convolutions, self.residual, strict=True):
            outputs = torch.relu(convolution(picture))
            picture = picture + outputs if residual else outputs
        return picture.squeeze(2)


def _over_pictures(block: Convolution) -> nn.Conv2d:
    over_time = fuse_conv_bn_eval(block.convolution, block.norm)
    (size,), (stride,), padding = over_time.kernel_size, over_time.stride, block.convolution.kernel_size[0] // 2
    picture = nn.Conv2d(
        over_time.in_channels, over_time.out_channels, (1, size), stride=(1, stride), padding=(0, padding)
    )
    weights = over_time.state_dict()
    picture.load_state_dict({"weight": weights["weight"].unsqueeze(2), "bias": weights["bias"]})
    return picture
