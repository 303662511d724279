"""The guideline's own example: a weight that is drawn on the way, so that nothing is known to own it."""
import torch
import torch.nn.functional as F
from torch import nn

class FunctionalLinear(nn.Module):
    """`torch.nn.functional.linear` as a module."""

    def forward(
        self, input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
    ) -> torch.Tensor:
        return F.linear(input, weight, bias)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = FunctionalLinear()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.conv(x)
        weight = torch.randn(32, x.shape[-1])
        return self.linear(x, weight)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
