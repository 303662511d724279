"""A shortcut that does nothing is written as an empty container, with and without a condition, and in a base class."""

import torch
import torch.nn as nn


class Block(nn.Module):
    def __init__(self, width, out, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(width, out, 3, stride=stride, padding=1)
        self.shortcut = nn.Identity()  # nothing to adapt
        if stride != 1 or width != out:
            self.shortcut = nn.Sequential(nn.Conv2d(width, out, 1, stride=stride), nn.BatchNorm2d(out))

    def forward(self, x):
        return self.conv(x) + self.shortcut(x)


class Chosen(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 1)
        self.act = nn.Identity() if act is None else act()

    def forward(self, x):
        return self.act(self.conv(x)) if self.act is not None else x


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.Identity()


class Derived(Base):
    def __init__(self, norm=False):
        super().__init__()
        if norm:
            self.norm = nn.BatchNorm2d(4)

    def forward(self, x):
        return self.norm(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(4, 4), Block(4, 4, stride=2), Chosen(4), Chosen(4, nn.ReLU))
        self.first = Derived()
        self.second = Derived(norm=True)

    def forward(self, x):
        return self.second(self.first(self.blocks(x)))


def build():
    return Model(), (torch.randn(2, 4, 6, 6),)
