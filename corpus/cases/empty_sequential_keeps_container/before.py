"""Empty containers that are filled, asked for their length or truth, walked, or used by other code: all stay, or have no finding."""

import torch
import torch.nn as nn


class Filled(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential()
        self.layers.add_module("conv", nn.Conv2d(4, 4, 1))
        self.more = nn.Sequential()
        self.more.append(nn.ReLU())
        self.unused = nn.Sequential()

    def forward(self, x):
        return self.more(self.layers(x))


class Asked(nn.Module):
    def __init__(self):
        super().__init__()
        self.shortcut = nn.Sequential()
        self.other = nn.Sequential()
        self.third = nn.Sequential()

    def forward(self, x):
        if len(self.shortcut):
            x = self.shortcut(x)
        if self.other:
            x = self.other(x)
        for layer in self.third:
            x = layer(x)
        return self.third(x)


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Sequential()

    def forward(self, x):
        return self.head(x)


class Extended(Base):
    def __init__(self):
        super().__init__()
        self.head.add_module("fc", nn.Conv2d(4, 4, 1))


class Doubled(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = self.right = nn.Sequential()

    def forward(self, x):
        return self.right(self.left(x))


class Used(nn.Module):
    def __init__(self):
        super().__init__()
        self.skip = nn.Sequential()

    def forward(self, x):
        return self.skip(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.Sequential(Filled(), Asked(), Extended(), Doubled(), Used())

    def forward(self, x):
        return self.parts(x)


def lengths(model):
    return [len(part.skip) for part in model.parts if isinstance(part, Used)]


def build():
    model = Model()
    assert lengths(model) == [0]
    return model, (torch.randn(2, 4, 6, 6),)
