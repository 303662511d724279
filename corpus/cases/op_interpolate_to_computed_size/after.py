"""Interpolation to the size of another tensor."""
import torch
import torch.nn.functional as F
from torch import nn

class Interpolate(nn.Module):
    """`torch.nn.functional.interpolate` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        size: list[int] | None = None,
        scale_factor: list[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
        antialias: bool = False,
    ) -> torch.Tensor:
        return F.interpolate(
            input, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias
        )


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.interpolate = Interpolate()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return self.interpolate(self.conv(x), size=x.shape[-2:])


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
