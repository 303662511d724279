"""Writes in place behind a list of layers: filled in a loop or in both branches, and cut; what may be empty stays."""
import torch
from torch import nn


class Repeated(nn.Module):
    def __init__(self, width, reps, start=True, strides=1):
        super().__init__()
        layers = []
        for _ in range(reps):
            layers.append(nn.ReLU())
            layers.append(nn.Conv2d(width, width, 1))
            layers.append(nn.BatchNorm2d(width))
        if not start:
            layers = layers[1:]
        else:
            layers[0] = nn.ReLU(inplace=False)
        if strides != 1:
            layers.append(nn.MaxPool2d(3, strides, 1))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor):
        y = self.layers(x)
        y += x
        return y


class Branches(nn.Module):
    def __init__(self, width, expand):
        super().__init__()
        layers = []
        if expand:
            layers.append(nn.Conv2d(width, 2 * width, 1))
            layers.append(nn.Conv2d(2 * width, width, 1))
        else:
            layers.append(nn.Conv2d(width, width, 1))
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        y = self.layers(x)
        y += x
        return y


class PerhapsEmpty(nn.Module):
    def __init__(self, width, reps):
        super().__init__()
        layers = []
        for _ in range(reps):
            layers.append(nn.Conv2d(width, width, 1))
        self.layers = nn.Sequential(*layers)
        few = []
        for _ in range(2):
            few.append(nn.Conv2d(width, width, 1))
            if reps == 0:
                break
        few = few[1:]
        self.few = nn.Sequential(*few)
        early = [nn.Identity()]
        self.early = nn.Sequential(*early)
        early.append(nn.Conv2d(width, width, 1))
        self.late = nn.Sequential(*early, nn.Identity())

    def forward(self, x):
        y = self.layers(x)
        y += x
        z = self.few(x)
        z += 1
        w = self.early(x)
        w += 1
        return y, z, self.late(w)


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Repeated(4, 2, start=False)
        self.second = Repeated(4, 1)
        self.branches = nn.ModuleList([Branches(4, True), Branches(4, False)])
        self.perhaps = PerhapsEmpty(4, 0)

    def forward(self, x: torch.Tensor):
        x = self.second(self.first(x))
        for branch in self.branches:
            x = branch(x)
        return self.perhaps(x)


def build():
    return Both(), (torch.randn(2, 4, 5, 5),)
