"""The list that the loop runs over is made under conditions: so are the modules, or behind them where they all make one."""
import torch
from torch import nn


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class MultiplyScalar(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input * other


class Branches(nn.Module):
    def __init__(self, width, branches=2, plain=False):
        super().__init__()
        self.fused = None
        if plain:
            self.fused = nn.Conv2d(width, width, 1)
        else:
            self.skip = nn.BatchNorm2d(width)
            if branches > 0:
                self.branches = nn.ModuleList([
                    nn.Conv2d(width, width, 3, padding=1)
                    for _ in range(branches)
                ])
                self.adds = nn.ModuleList([Add() for _ in self.branches])
            else:
                self.branches = None
        self.act = nn.ReLU()

    def forward(self, x: torch.Tensor):
        if self.fused is not None:
            return self.act(self.fused(x))
        out = self.skip(x)
        if self.branches is not None:
            for branch, add in zip(self.branches, self.adds):
                out = add(out, branch(x))
        return self.act(out)


class Last(nn.Module):
    def __init__(self, width, branches=2):
        super().__init__()
        self.branches = None
        self.mul = MultiplyScalar()
        if branches:
            self.branches = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(branches)])

    def forward(self, x: torch.Tensor):
        out = self.mul(x, 2)
        if self.branches is not None:
            for branch in self.branches:
                out = out + branch(x)
        return out


class Tried(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.branches = None
        for _ in range(2):
            self.branches = nn.ModuleList([nn.Conv2d(width, width, 1)])
        self.head = nn.Conv2d(width, width, 1)

    def forward(self, x: torch.Tensor):
        for branch in self.branches:
            x = x + branch(x)
        return self.head(x)


class Either(nn.Module):
    def __init__(self, width, wide=False):
        super().__init__()
        if wide:
            self.branches = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for _ in range(3)])
        else:
            self.branches = nn.ModuleList([nn.Conv2d(width, width, 1)])
        self.adds = nn.ModuleList([Add() for _ in self.branches])
        self.head = nn.Conv2d(width, width, 1)

    def forward(self, x: torch.Tensor):
        for branch, add in zip(self.branches, self.adds):
            x = add(x, branch(x))
        return self.head(x)


def build():
    parts = Branches(4), Branches(4, 0), Branches(4, plain=True), Last(4), Tried(4), Either(4)
    return nn.Sequential(*parts), (torch.randn(2, 4, 6, 6),)
