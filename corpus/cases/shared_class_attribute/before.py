"""`default_act` is one object for all blocks; each gets a copy, and who replaces the attribute still can."""
import torch
from torch import nn


class Conv(nn.Module):
    default_act = nn.Hardswish()

    def __init__(self, act=True):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 1)
        self.act = self.default_act if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.conv(x))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Conv()
        self.second = Conv()

    def forward(self, x):
        return self.second(self.first(x))


def build():
    return Model(), (torch.randn(2, 32, 4, 4),)
