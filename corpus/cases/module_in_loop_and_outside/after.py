"""One activation runs before a loop, in it, and behind it: the loop gets a list of its own, what is outside a second one."""

import torch
from torch import nn


class Scales(nn.Module):
    def __init__(self, width=4, scales=3, dilated=False):
        super().__init__()
        self.first = nn.Conv2d(width, width, 1)
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for _ in range(scales)])
        self.relus = nn.ModuleList([nn.ReLU(inplace=True) for _ in self.convs])
        self.last = nn.Conv2d(width, width, 1)
        self.relu2 = nn.ReLU(inplace=True)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor):
        y = self.relu(self.first(x))
        for conv, relu in zip(self.convs, self.relus):
            y = relu(conv(y))
        return self.relu2(self.last(y))


class Pairs(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(2)])
        self.drops2 = nn.ModuleList([nn.Dropout(0.5) for _ in self.convs])
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for _ in range(2)])
        self.drops = nn.ModuleList([nn.Dropout(0.5) for _ in self.convs])
        self.drop = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor):
        for i, (conv, norm, drop, drop2) in enumerate(zip(self.convs, self.norms, self.drops, self.drops2)):
            y = drop(conv(x))
            if i > 0:
                x = drop2(norm(y))
        return x


class Twice(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(2)])
        self.relu = nn.ReLU()

    def step(self, x):
        for conv in self.convs:
            x = self.relu(conv(x))
        return x

    def forward(self, x):
        return self.step(self.step(x))


class Sloped(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(2)])
        self.act = nn.PReLU()

    def forward(self, x):
        for conv in self.convs:
            x = self.act(conv(x))
        return self.act(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.scales = Scales()
        self.pairs = Pairs()
        self.twice = Twice()
        self.sloped = Sloped()

    def forward(self, x):
        return self.sloped(self.twice(self.pairs(self.scales(x))))


def build():
    return Model(), (torch.randn(2, 4, 6, 6),)
