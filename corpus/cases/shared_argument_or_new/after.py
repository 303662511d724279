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
        self.layers = nn.ModuleList(Conv(width, act=nn.ReLU() if act is None else act) for _ in range(depth))
        self.squeeze = Conv(width, nn.ReLU() if act is None else act)
        self.expand = nn.Sequential(nn.Conv2d(width, width, 1), nn.ReLU() if act is None else act)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.expand(self.squeeze(x))


class Head(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        self.first = Conv(width, nn.Hardswish() if act is None else act)
        self.second = Conv(width, nn.Hardswish() if act is None else act)

    def forward(self, x):
        return self.second(self.first(x))


def learned():
    return nn.PReLU()


class Tail(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        self.first = Conv(width, act or nn.Tanh())
        self.second = Conv(width, act or nn.Tanh())

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
