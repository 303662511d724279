"""Lists that are only looked at, and names that stand for something else before: nothing is registered twice."""
import torch
from torch import nn


def initialize(layers):
    for layer in layers:
        nn.init.ones_(layer.weight)


class Wrapper(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)


class Model(nn.Module):
    def __init__(self, inner, wrap=True):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        initialize([self.first, self.second])
        for layer in [self.first, self.second]:
            nn.init.zeros_(layer.bias)
        self.layers = []
        for index in range(2):
            layer = nn.Linear(4, 4)
            self.add_module(str(index), layer)
            self.layers.append(layer)
        if wrap:
            inner = Wrapper(inner)
        self.inner = inner
        self.tail, names = self.make(nn.Tanh())

    def make(self, act):
        tail = Wrapper(act)
        names = []
        names.append(tail)
        return tail, names

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.tail(self.inner(self.second(self.first(x))))


def build():
    return Model(nn.ReLU()), (torch.randn(2, 4),)
