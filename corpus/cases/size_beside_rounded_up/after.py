"""A size that `math.ceil` rounds up is a constant of a trace: it may stay where products around it go."""
import math

import torch
from torch import nn


class Unfold(nn.Module):
    def __init__(self, patch=2):
        super().__init__()
        self.patch = patch
        self.resize = nn.Upsample(size=(6, 8))
        self.norm = nn.LayerNorm(8)

    def forward(self, x: torch.Tensor):
        B, C, H, W = x.shape
        rows = math.ceil(H / self.patch) * self.patch // self.patch
        columns = math.ceil(W / self.patch) * self.patch // self.patch
        x = self.resize(x)
        x = x.reshape(B, C, rows, self.patch, columns, self.patch).flatten(0, 2).transpose(1, 2)
        x = x.reshape(B, C, rows * columns, self.patch * self.patch)
        return x.sum(-1).reshape(B, rows * columns, C)


def build():
    return Unfold(), (torch.randn(2, 3, 5, 7),)
