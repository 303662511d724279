"""Loops over lists that ``__init__`` gives to a function and to a method, which make them longer, or that grow under a condition."""

import torch
import torch.nn.functional as F
from torch import nn


def grow(layers):
    layers.append(nn.Conv2d(4, 4, 1))


class Model(nn.Module):
    def __init__(self, depth=2, more=True):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(4, 4, 1) for _ in range(depth)])
        self.blocks = nn.ModuleList([nn.Conv2d(4, 4, 1) for _ in range(depth)])
        self.counted = nn.ModuleList([nn.Conv2d(4, 4, 1) for _ in range(depth)])
        self.relus = nn.ModuleList([nn.ReLU() for _ in self.counted])
        self.count = len(self.counted)
        self.extra = None
        if more:
            self.extra = nn.ModuleList([nn.Conv2d(4, 4, 1)])
        grow(self.layers)
        self.add(self.blocks)
        if more:
            self.extra.append(nn.Conv2d(4, 4, 1))
        self.last = nn.Conv2d(4, 4, 1)

    def add(self, blocks):
        blocks.append(nn.Conv2d(4, 4, 1))

    def forward(self, x: torch.Tensor):
        for layer in self.layers:
            x = F.relu(layer(x))
        for block in self.blocks:
            x = F.relu(block(x))
        for each, relu in zip(self.counted, self.relus):
            x = relu(each(x))
        if self.extra is not None:
            for part in self.extra:
                x = F.relu(part(x))
        return self.last(x)


def build():
    return Model(), (torch.randn(2, 4, 3, 3),)
