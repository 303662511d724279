"""Loops over lists that `__init__` fills step by step, and that get shorter later: the new list stands behind the last step."""
import torch
from torch import nn


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Filled(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.levels = nn.ModuleList()
        self.stem = nn.Linear(8, 8)
        for i in range(depth):
            self.levels.append(nn.Linear(8, 8))
            if i == 0:
                self.levels.extend([nn.Identity()])
        self.exps = nn.ModuleList([Exponential() for _ in self.levels])
        blocks = self.blocks = nn.ModuleList([nn.Linear(8, 8)])
        blocks.append(nn.Linear(8, 8))
        self.exps2 = nn.ModuleList([Exponential() for _ in self.blocks])
        self.head = nn.Linear(8, 8)

    def prune(self, keep):
        self.levels = self.levels[:keep]
        return self

    def forward(self, x):
        x = self.stem(x)
        for level, exp in zip(self.levels, self.exps):
            x = exp(-level(x))
        for i, (block, exp) in enumerate(zip(self.blocks, self.exps2)):
            x = exp(-block(x)) + i
        return self.head(x)


def build():
    return nn.Sequential(Filled(), Filled().prune(2)), (torch.randn(2, 8),)
