"""Sizes that are computed for one reshape: axes are split and merged instead, and names that nothing else reads go."""

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)

    def forward(self, x: torch.Tensor):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        first = x[:, :1].unflatten(-1, (self.heads, -1))
        return qkv, first


class SpaceToDepth(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        n, c, h, w = x.size()
        x = x.unflatten(-1, (-1, self.size)).unflatten(2, (-1, self.size))  # (n, c, h/s, s, w/s, s)
        x = x.permute(0, 3, 5, 1, 2, 4).contiguous()
        return x.flatten(1, 3)


class Windows(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.window = (size, size)

    def forward(self, x):
        b, h, w, c = x.shape
        x = F.pad(x, (0, 0, 0, w % self.window[1], 0, h % self.window[0]))
        _, h, w, _ = x.shape
        x = x.unflatten(2, (-1, self.window[1])).unflatten(1, (-1, self.window[0]))
        return torch.transpose(x, 2, 3).flatten(3, 4).flatten(1, 2)


class Shuffle(nn.Module):
    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x: torch.Tensor):
        b, c = x.shape[:2]
        shape = x.shape
        n, channels, height, width = shape
        x = (
            x.unflatten(1, (self.groups, -1))
            .transpose(1, 2)
            .reshape(n, channels, height, width)
        )
        for _ in range(2):
            x = x.flatten(2).reshape(n, channels, height, width)
        return x


class Halves(nn.Module):
    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        return x.unflatten(-1, (2, -1)).transpose(1, 2).flatten(1, 2)


class All(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention(12, 3)
        self.depth = SpaceToDepth(2)
        self.windows = Windows(4)
        self.shuffle = Shuffle(2)
        self.halves = Halves()

    def forward(self, tokens: torch.Tensor, image: torch.Tensor):
        qkv, first = self.attention(tokens)
        return qkv, first, self.depth(image), self.windows(image), self.shuffle(image), self.halves(tokens)


def build():
    return All(), (torch.randn(2, 5, 12), torch.randn(2, 6, 10, 8))
