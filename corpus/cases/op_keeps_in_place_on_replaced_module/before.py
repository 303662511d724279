"""Writes into what a module gives, where another module may stand in its place or what it gives is kept."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(4, 4, 1)

    def forward(self, x):
        return self.mix(x)


class Renamed(nn.Module):
    def __init__(self, names=("conv",)):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)
        for name in names:
            setattr(self, name, nn.Identity())

    def forward(self, x):
        return self.conv(x)


class Row(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(4, 4, 1))
        del self[0]
        self.append(nn.Identity())


class Called(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)

    def __call__(self, x):
        return x

    def forward(self, x):
        return self.conv(x)


class Keeper(nn.Module):
    def forward(self, x):
        self.seen = x
        return x.sum()


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = Block()
        self.renamed = Renamed()
        self.row = Row()
        self.parts = nn.Sequential(nn.Conv2d(4, 4, 1), nn.Identity())
        self.parts[0] = nn.Identity()
        self.called = Called()
        self.keeper = Keeper()
        self.conv = nn.Conv2d(4, 4, 1)

    def forward(self, x: torch.Tensor):
        a = self.first(x)
        a += 1
        b = self.second(x)
        b += 1
        c = self.renamed(x)
        c += 1
        d = self.row(x)
        d += 1
        e = self.parts(x)
        e += 1
        f = self.called(x)
        f += 1
        g = self.conv(x)
        self.keeper(g)
        g += 1
        return a, b, c, d, e, f, g, self.keeper.seen


def build():
    model = Model()
    model.first = nn.Identity()
    model.second.mix = nn.Identity()
    return model, (torch.randn(2, 4, 3, 3),)
