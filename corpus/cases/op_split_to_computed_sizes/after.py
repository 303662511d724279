"""`torch.split` to a list of sizes gets a module, wherever the list comes from; to one size for all parts it is no operation."""

from typing import List

import torch
from torch import nn


class SplitSizes(nn.Module):
    """`torch.split` as a module."""

    def forward(self, tensor: torch.Tensor, split_size_or_sections: list[int], dim: int = 0):
        return torch.split(tensor, split_size_or_sections, dim)


class Heads(nn.Module):
    def __init__(self, windows={3: 1, 5: 2}, width=2):
        super().__init__()
        self.split = SplitSizes()
        self.convs = nn.ModuleList()
        self.heads = []
        for window, heads in windows.items():
            self.convs.append(nn.Conv2d(heads * width, heads * width, window, padding=window // 2))
            self.heads.append(heads)
        self.sizes = [heads * width for heads in self.heads]
        self.size = width * 3

    def forward(self, x: torch.Tensor):
        parts = self.split(x, self.sizes, dim=1)
        first, second = x.split(self.size // 2, dim=1)
        return self.convs[0](parts[0]), self.convs[1](parts[1]), first, second


class Given(nn.Module):
    def __init__(self):
        super().__init__()
        self.split = SplitSizes()

    def forward(self, x: torch.Tensor, sizes: List[int], size: int):
        return self.split(x, sizes, 1), x.split(size, 1)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = Heads()
        self.given = Given()

    def forward(self, x: torch.Tensor):
        parts, halves = self.given(x, [1, 5], 3)
        return (*self.heads(x), *parts, *halves)


def build():
    return Model(), (torch.randn(2, 6, 6, 6),)
