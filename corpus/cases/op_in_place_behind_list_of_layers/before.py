"""Writes in place into what a list of layers gives: new where one of those that are always there makes it new."""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width, expand=True, norm=nn.BatchNorm2d):
        super().__init__()
        layers = []
        if expand:
            layers.append(nn.ReLU())
        layers.append(nn.Conv2d(width, width, 3, padding=1))
        layers.append(norm(width))
        self.layers = nn.Sequential(*layers)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        y = self.layers(x)
        y = self.drop(y)
        y += x
        return y


class Conditional(nn.Module):
    def __init__(self, width, convolve=False):
        super().__init__()
        layers = [nn.Identity()]
        if convolve:
            layers.append(nn.Conv2d(width, width, 1))
        self.layers = nn.Sequential(*layers)
        cut = [nn.Conv2d(width, width, 1), nn.Identity()]
        cut.append(nn.Identity())
        cut = cut[1:]
        self.cut = nn.Sequential(*cut)
        emptied = [nn.Identity()]
        emptied.append(nn.Conv2d(width, width, 1))
        emptied.pop()
        self.emptied = nn.Sequential(*emptied)
        self.last = nn.Identity()

    def forward(self, x):
        y = self.layers(x)
        y += 1
        z = self.cut(x)
        z += 1
        w = self.emptied(x)
        w += 1
        return self.last(x), y, z, w


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(4)
        self.conditional = Conditional(4)

    def forward(self, x: torch.Tensor):
        return self.block(x), *self.conditional(x * 1)


def build():
    return Both(), (torch.randn(2, 4, 5, 5),)
