"""Only tensors have a `view` that takes sizes: what a layer of an unknown class gives is one there. Arrays can be reshaped."""

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, layer, heads=2):
        super().__init__()
        self.heads, self.dim = heads, width // heads
        self.qkv = layer(width, 3 * width, 1)
        self.proj = nn.Conv2d(width, width, 1)

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        n = h * w
        qkv = self.qkv(x)
        q, k, v = qkv.view(b, self.heads, 3 * self.dim, n).split([self.dim, self.dim, self.dim], dim=2)
        attention = (q.transpose(-2, -1) @ k).softmax(dim=-1)
        x = (v @ attention.transpose(-2, -1)).reshape(b, c, h, w)
        return self.proj(x), qkv.reshape(b, 3 * c, n)


def build():
    return Attention(8, nn.Conv2d), (torch.randn(2, 8, 6, 4),)
