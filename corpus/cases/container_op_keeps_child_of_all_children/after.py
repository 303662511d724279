"""A container whose object is met where a model goes through all its children, and is indexed there."""
import torch
from torch import nn


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Branches(nn.Sequential):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cat = Concat()

    def forward(self, x):
        return self.cat([module(x) for module in self._modules.values() if module is not self.cat], 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.branches = Branches(nn.Conv2d(32, 32, 1), nn.Conv2d(32, 32, 1))
        self.depths = [len(child) for child in self.children() if isinstance(child, nn.Sequential)]

    def forward(self, x):
        return self.branches(x)


def build():
    return Net(), (torch.randn(2, 32, 6, 6),)
