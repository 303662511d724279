"""One activation for many blocks, unless the caller gives one: that one stays the caller's."""
import torch
from torch import nn


class Conv(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 1)
        self.act = act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.conv(x))


class Block(nn.Module):
    def __init__(self, width, depth, act=None):
        super().__init__()
        act = nn.ReLU() if act is None else act  # shared by all
        self.layers = nn.ModuleList(Conv(width, act=act) for _ in range(depth))
        self.squeeze = Conv(width, act)
        self.expand = nn.Sequential(nn.Conv2d(width, width, 1), act)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.expand(self.squeeze(x))


class Head(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        if act is None:
            act = nn.Hardswish()
        self.first = Conv(width, act)
        self.second = Conv(width, act)

    def forward(self, x):
        return self.second(self.first(x))


def learned():
    return nn.PReLU()


class Tail(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        activation = act or nn.Tanh()
        self.first = Conv(width, activation)
        self.second = Conv(width, activation)

    def forward(self, x):
        return self.second(self.first(x))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        own = learned()
        self.first = nn.Sequential(Block(4, 2), Head(4), Tail(4))
        self.second = nn.Sequential(Block(4, 2, own), Head(4, own), Tail(4, own))
        assert self.second[0].squeeze.act is self.second[2].first.act is own

    def forward(self, x):
        return self.second(self.first(x))


def build():
    return Model(), (torch.randn(2, 4, 4, 4),)
