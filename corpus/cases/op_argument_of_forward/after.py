"""A size that `forward` computes is not there yet when `__init__` runs."""
import torch
import torch.nn.functional as F
from torch import nn

class FunctionalAdaptiveAvgPool2dUniform(nn.Module):
    """`torch.nn.functional.adaptive_avg_pool2d` as a module."""

    def forward(self, input: torch.Tensor, output_size: int) -> torch.Tensor:
        return F.adaptive_avg_pool2d(input, output_size)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.adaptive_avg_pool = FunctionalAdaptiveAvgPool2dUniform()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        size = x.shape[-1] // 2
        return self.adaptive_avg_pool(self.conv(x), size)


def build():
    return Model(), (torch.randn(2, 32, 8, 8),)
