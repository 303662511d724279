"""Loops in which no list of modules can stand for one: weights, a list that grows later, turns that nobody knows."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(2)])
        self.linear = nn.Linear(32, 32)
        self.act = nn.ReLU()

    def grow(self):
        self.layers.append(nn.Linear(32, 32))

    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))
        for _ in range(2):
            x = self.linear(x)
        return x


class Split(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.linear = nn.Linear(8, 8)

    def forward(self, x):
        return [self.act(self.linear(part)) for part in x.chunk(4, 1)]


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = Model()
        self.split = Split()

    def forward(self, x):
        return tuple(self.split(self.model(x)))


def build():
    return Both(), (torch.randn(2, 32),)
