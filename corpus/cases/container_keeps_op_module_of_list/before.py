"""A module of one operation takes what the operation takes; what does more is to take tensors one by one."""
import torch
from torch import nn


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.cat = Concat()
        self.conv = nn.Conv2d(64, 32, 1)

    def forward(self, parts: list[torch.Tensor]):
        return self.conv(self.cat(parts, 1))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fuse = Fuse()

    def forward(self, x):
        return self.fuse([x, x])


def build():
    return Model(), (torch.randn(2, 32, 4, 4),)
