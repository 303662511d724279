"""What an op module of its own cannot be given, and why."""
import torch
from torch import nn


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self, input: torch.Tensor, dim: int, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class Sum(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self], 1)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = Sum(nn.Conv2d(32, 32, 1), nn.Conv2d(32, 32, 1))
        self.cats = nn.ModuleList([Concat() for _ in range(2)])
        self.mean = MeanOver()
        self.conv = nn.Conv2d(64, 64, 1)

    def forward(self, x):
        x = self.conv(self.convs(x))
        for cat in self.cats:
            x = cat([x, x], 1)
        with torch.no_grad():
            y = torch.cat([x, x], 1, out=torch.empty(0))
        return (
            y  # the large one
            + self.mean(x, 1, keepdim=True)
        )
