"""The name has other uses, or has another value by then; weights stay shared; one place is no sharing."""
import torch
from torch import nn


class Conv(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)
        self.act = act

    def forward(self, x):
        return self.act(self.conv(x))


class Once(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        act = nn.ReLU() if act is None else act
        self.conv = Conv(act)

    def forward(self, x):
        return self.conv(x)


class Asks(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        act = nn.ReLU() if act is None else act
        self.first = Conv(act)
        self.second = Conv(act)
        self.name = type(act).__name__

    def forward(self, x):
        return self.second(self.first(x))


class Compares(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        activation = nn.ReLU() if act is None else act
        self.first = Conv(activation)
        act = nn.Tanh()
        self.second = Conv(activation)
        self.third = act

    def forward(self, x):
        return self.third(self.second(self.first(x)))


def build():
    return nn.Sequential(Once(), Asks(), Compares()), (torch.randn(2, 4, 4, 4),)
