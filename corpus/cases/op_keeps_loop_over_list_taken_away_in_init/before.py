"""A method that takes a list away may run before the sums could be made, or put another list in its place."""

import torch
from torch import nn


class Early(nn.Module):
    def __init__(self, width=4, folded=True):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(2)])
        self.conv = None
        self.prepare(folded)
        self.act = nn.ReLU()

    def prepare(self, folded):
        if folded:
            self.fold()

    def fold(self):
        self.conv = nn.Conv2d(4, 4, 1)
        self.convs = None

    def forward(self, x: torch.Tensor):
        if self.conv is not None:
            return self.conv(x)
        y = x
        for conv in self.convs:
            y = y + conv(x)
        return self.act(y)


class Other(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(2)])
        self.act = nn.ReLU()

    def fold(self):
        self.convs = nn.ModuleList([nn.Conv2d(4, 4, 1) for _ in range(3)])

    def forward(self, x: torch.Tensor):
        y = x
        for conv in self.convs:
            y = y + conv(x)
        return self.act(y)


class Grown(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 1)])
        self.act = nn.ReLU()

    def fold(self):
        del self.convs
        self.convs = []
        self.convs.extend(nn.Conv2d(4, 4, 1) for _ in range(3))

    def forward(self, x: torch.Tensor):
        y = x
        for conv in self.convs:
            y = y + conv(x)
        return self.act(y)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.early = Early()
        self.other = Other()
        self.grown = Grown()

    def forward(self, x: torch.Tensor):
        return self.grown(self.other(self.early(x)))


def build():
    model = Model()
    model.other.fold()
    model.grown.fold()
    return model, (torch.randn(2, 4, 6, 6),)
