"""A list that a method of the class makes, or leaves out where the loop over it does not run."""
import torch
from torch import nn


class Fuse(nn.Module):
    def __init__(self, count, width=8):
        super().__init__()
        self.count = count
        self.first = nn.Linear(width, width)
        self.fuse = self._make_fuse(width)
        self.act = nn.ReLU(False)
        self.last = nn.Linear(width, width)

    def _make_fuse(self, width: int):
        if self.count == 1:
            return nn.Identity()
        fuse = []
        for _ in range(self.count):
            fuse.append(nn.Linear(width, width))
        return nn.ModuleList(fuse)

    def forward(self, x):
        x = self.first(x)
        if self.count == 1:
            return x
        for i, layer in enumerate(self.fuse):
            x = self.act(layer(x)) + i
        return self.last(x)


class Always(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.fuse = self._make_fuse(width)
        self.act = nn.ReLU()
        self.last = nn.Linear(width, width)

    def _make_fuse(self, width: int):
        return nn.ModuleList([nn.Linear(width, width) for _ in range(2)])

    def forward(self, x):
        for layer in self.fuse:
            x = self.act(layer(x))
        return self.last(x)


class Kept(nn.Module):
    """What the method gives may be a list that gets longer, or one of other kinds."""

    layers = [nn.ReLU(), nn.ReLU()]

    def __init__(self, width=8):
        super().__init__()
        self.fuse = self._make_fuse()
        self.act = nn.ReLU()
        self.last = nn.Linear(width, width)

    def _make_fuse(self):
        return self.layers

    def forward(self, x):
        for layer in self.fuse:
            x = self.act(layer(x))
        return self.last(x)


class Base(nn.Module):
    """A subclass makes another list."""

    def __init__(self, width=8):
        super().__init__()
        self.fuse = self.make_fuse(width)
        self.act = nn.ReLU()
        self.last = nn.Linear(width, width)

    def make_fuse(self, width):
        return nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x):
        for layer in self.fuse:
            x = self.act(layer(x))
        return self.last(x)


class Longer(Base):
    def make_fuse(self, width):
        return [nn.ReLU(), nn.ReLU()]


def build():
    return nn.Sequential(Fuse(1), Fuse(3), Always(), Kept(), Base(), Longer()), (torch.randn(2, 8),)
