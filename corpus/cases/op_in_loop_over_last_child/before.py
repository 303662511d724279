"""The list that a loop runs over is the last child, which it has to stay: its number is that of an argument."""
from typing import List

import torch
from torch import nn


class Listed(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(depth - 1)])

    def forward(self, x):
        for layer in self.layers:
            x = torch.exp(-layer(x).abs())
        return x


class Filled(nn.Module):
    def __init__(self, widths: List[int]):
        super().__init__()
        self.layers = nn.Sequential()
        for i, width in enumerate(widths):
            layer = nn.Linear(8, width)
            self.layers.add_module(f"layer{i}", layer)

    def forward(self, x):
        for layer in self.layers:
            x = torch.exp(-layer(x).abs())
        return x


class Sized(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(1, len(widths)):
            self.layers.append(nn.Linear(widths[i - 1], widths[i]))

    def forward(self, x):
        for layer in self.layers:
            x = torch.exp(-layer(x).abs())
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
