"""Shapes, tuples, lists, strings and ints are no tensors: arithmetic and methods on them are left alone."""
import math

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, name="a b"):
        super().__init__()
        self.name = name
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        height, width = x.shape[-2:]
        size = (height // 2,) + (width // 2,)
        words = self.name.split() + ["c"]
        total = max(size) + min(height, width) + abs(-len(words)) + round(math.sqrt(height))
        label = "-".join(words).replace("-", "").index("a")
        x = self.conv(x)
        return x.view(x.size(0), 32, -1)[:, :, : total - total + 1 + label]


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
