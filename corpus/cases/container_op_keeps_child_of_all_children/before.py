"""A container whose object is met where a model goes through all its children, and is indexed there."""
import torch
from torch import nn


class Branches(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.branches = Branches(nn.Conv2d(32, 32, 1), nn.Conv2d(32, 32, 1))
        self.depths = [len(child) for child in self.children() if isinstance(child, nn.Sequential)]

    def forward(self, x):
        return self.branches(x)


def build():
    return Net(), (torch.randn(2, 32, 6, 6),)
