"""A list of branches that a method takes away once they are folded: as long as there are some, each has its sum."""

import torch
from torch import nn


class Fusion(nn.Module):
    def __init__(self, width, branches=True):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        branch = []
        if branches:
            branch.append(nn.BatchNorm2d(width))
            branch.append(nn.Identity())
        self.branch = nn.Sequential(*branch)
        self.act = nn.ReLU()

    def forward(self, x: torch.Tensor):
        y = self.conv(x)
        for branch in self.branch:
            y = y + branch(x)
        return self.act(y)

    def fold(self):
        self.__delattr__("branch")
        self.branch = []


class Stack(nn.Module):
    def __init__(self, width, folded=False):
        super().__init__()
        if folded:
            self.convs = None
            self.conv = nn.Conv2d(width, width, 5, padding=2)
        else:
            self.conv = None
            self.convs = nn.ModuleList([nn.Conv2d(width, width, k, padding=k // 2) for k in (5, 3, 1)])
        self.act = nn.ReLU()

    def forward(self, x: torch.Tensor):
        if self.conv is not None:
            return self.act(self.conv(x))
        y = self.convs[0](x)
        for i, conv in enumerate(self.convs):
            if i > 0:
                y = y + conv(x)
        return self.act(y)

    def fold(self):
        self.conv = nn.Conv2d(4, 4, 5, padding=2)
        self.convs = None


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fusions = nn.Sequential(Fusion(4), Fusion(4, branches=False), Fusion(4))
        self.stacks = nn.Sequential(Stack(4), Stack(4, folded=True), Stack(4))

    def forward(self, x: torch.Tensor):
        return self.stacks(self.fusions(x))


def build():
    model = Model()
    model.fusions[2].fold()
    model.stacks[2].fold()
    return model, (torch.randn(2, 4, 6, 6),)
