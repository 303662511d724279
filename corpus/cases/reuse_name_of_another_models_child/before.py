"""A child that is added to what functions make is none of a class that they do not make, under whatever name."""

import torch
from torch import nn


class Stages(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for child in self.children():
            x = child(x)
        return x


def make_stages():
    return Stages()


def features(wide: bool):
    if wide:
        return nn.Sequential()
    return make_stages()


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3)
        self.activ = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activ(self.conv(self.activ(x)))


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.activ = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activ(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = features(False)
        self.features.add_module("block", Block())
        self.features.add_module("activ", nn.ReLU())
        self.head = Head()
        self.head.activ = nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(x))


def build():
    return Model(), (torch.randn(2, 3, 9, 9),)
