"""Pads that depend on the input."""
import torch
import torch.nn.functional as F
from torch import nn

class Pad(nn.Module):
    """`torch.nn.functional.pad` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        pad: list[int],
        mode: str = "constant",
        value: float | None = None,
    ) -> torch.Tensor:
        return F.pad(input, pad, mode, value)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.pad = Pad()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        missing = -x.shape[-1] % 4
        return self.conv(self.pad(x, (0, missing)))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
