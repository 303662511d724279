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
        q = self.query(x[:, :1]).reshape(b, 1, self.heads, c // self.heads).transpose(1, 2)
        kv = self.both(x).reshape(b, n, 2, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ kv[0].transpose(-2, -1)).softmax(-1)
        y = torch.matmul(weights, kv[1]).transpose(1, 2).reshape(b, 1 * c)
        mixed = self.mix(x.transpose(1, 2)).reshape(b, self.heads, c // self.heads, n)
        split = self.unflatten(x).transpose(1, 2).reshape(b * self.heads, n, c // self.heads)
        rolled = torch.roll(self.flatten(x[..., None]), shifts=1, dims=1).reshape(b, n // 2, 2, c)
        qkv = F.linear(x, self.weight)
        qkv = qkv.reshape(x.size(0), x.size(1), 3, self.heads, c // self.heads)
        halves = split.reshape(split.size(0) // self.heads, self.heads, n, -1)
        return y, mixed, split, rolled, qkv, halves


def build():
    return Attention(12, 3), (torch.randn(2, 6, 12),)
