"""The class that the operation needs is in the file already, under another name and with another docstring."""
import torch
from torch import nn


class Join(nn.Module):
    """Lays features side by side."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.cat = Join()
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return self.cat([self.conv1(x), self.conv2(x)], 1)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
