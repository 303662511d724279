"""The list that a loop runs over is the last child, which it has to stay: its number is that of an argument."""
from typing import List

import torch
from torch import nn


class Abs(nn.Module):
    """`torch.abs` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.abs(input)


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Listed(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.abs = nn.ModuleList([Abs() for _ in range(depth - 1)])
        self.exps = nn.ModuleList([Exponential() for _ in range(depth - 1)])
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(depth - 1)])

    def forward(self, x):
        for layer, abs, exp in zip(self.layers, self.abs, self.exps):
            x = exp(-abs(layer(x)))
        return x


class Filled(nn.Module):
    def __init__(self, widths: List[int]):
        super().__init__()
        self.abs = nn.ModuleList([Abs() for _ in widths])
        self.exps = nn.ModuleList([Exponential() for _ in widths])
        self.layers = nn.Sequential()
        for i, width in enumerate(widths):
            layer = nn.Linear(8, width)
            self.layers.add_module(f"layer{i}", layer)

    def forward(self, x):
        for layer, abs, exp in zip(self.layers, self.abs, self.exps):
            x = exp(-abs(layer(x)))
        return x


class Sized(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.abs = nn.ModuleList([Abs() for _ in range(1, len(widths))])
        self.exps = nn.ModuleList([Exponential() for _ in range(1, len(widths))])
        self.layers = nn.ModuleList()
        for i in range(1, len(widths)):
            self.layers.append(nn.Linear(widths[i - 1], widths[i]))

    def forward(self, x):
        for layer, abs, exp in zip(self.layers, self.abs, self.exps):
            x = exp(-abs(layer(x)))
        return x


class Counted(nn.Module):
    """An argument that need not be the same later, a loop that adds more than one, and arguments that change."""

    def __init__(self, widths, depth=2):
        super().__init__()
        self.layers = nn.ModuleList()
        for width in widths:
            self.layers.append(nn.Linear(8, width))

    def forward(self, x):
        for layer in self.layers:
            x = torch.sin(layer(x))
        return x


class Added(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(depth):
            self.layers.append(nn.Linear(8, 8))
            self.layers.append(nn.Linear(8, 8))

    def forward(self, x):
        for layer in self.layers:
            x = torch.sin(layer(x))
        return x


class Changed(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        depth += 1
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(depth)])

    def forward(self, x):
        for layer in self.layers:
            x = torch.sin(layer(x))
        return x


class Consumed(nn.Module):
    def __init__(self, widths: List[int]):
        super().__init__()
        widths.append(8)
        self.layers = nn.ModuleList([nn.Linear(8, width) for width in widths])

    def forward(self, x):
        for layer in self.layers:
            x = torch.sin(layer(x))
        return x


def build():
    counted = Counted(iter([8, 8]))
    return nn.Sequential(Listed(), Filled([8, 8]), Sized((8, 8, 8)), counted, Added(), Changed(), Consumed([8])), (torch.randn(2, 8),)
