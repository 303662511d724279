"""Modules as default arguments: each instance makes its own, what callers give stays theirs."""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width, act=nn.ReLU(inplace=True), *, gate: nn.Module = nn.Hardsigmoid(), last: nn.Module | None = nn.Tanh()):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.act = act
        self.gate = gate if width > 4 else nn.Identity()
        self.tail = nn.Sequential(nn.Linear(width, width), last)

    def forward(self, x):
        return self.tail(self.act(self.fc(x)) * self.gate(x))


def learned():
    return nn.PReLU()


class Wide(Block):
    def __init__(self, act=nn.SiLU()):
        super().__init__(8, act)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        own = learned()
        self.first = Block(8)
        self.second = Block(8, own)
        self.third = Block(8, own, last=nn.Sigmoid())
        assert self.second.act is own and self.third.act is own

    def forward(self, x):
        return self.third(self.second(self.first(x)))


def build():
    return Model(), (torch.randn(2, 8),)
