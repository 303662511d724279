"""Shapes behind modules whose arguments show them, behind products of matrices, and functions that move elements."""

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.both = nn.Linear(in_features=width, out_features=2 * width, bias=False)
        self.mix = nn.Conv1d(width, width, 3, padding=1)
        self.unflatten = nn.Unflatten(-1, (self.heads, -1))
        self.flatten = nn.Flatten(2)
        self.weight = nn.Parameter(torch.randn(3 * width, width))

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        q = self.query(x[:, :1]).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        kv = self.both(x).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)
        weights = (q @ kv[0].transpose(-2, -1)).softmax(-1)
        y = torch.matmul(weights, kv[1]).transpose(1, 2).flatten(1)
        mixed = self.mix(x.transpose(1, 2)).unflatten(1, (self.heads, -1))
        split = self.unflatten(x).transpose(1, 2).flatten(0, 1)
        rolled = torch.roll(self.flatten(x[..., None]), shifts=1, dims=1).unflatten(1, (-1, 2))
        qkv = F.linear(x, self.weight)
        qkv = qkv.unflatten(-1, (3, self.heads, -1))
        halves = split.unflatten(0, (-1, self.heads))
        return y, mixed, split, rolled, qkv, halves


def build():
    return Attention(12, 3), (torch.randn(2, 6, 12),)
