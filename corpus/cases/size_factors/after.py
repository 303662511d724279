"""Products of sizes in a reshape of a tensor whose own shape nobody asked for: reshaped to the factors, which are then merged."""

import torch
from torch import nn


class Project(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(nn.Conv2d(inputs, outputs, 1), nn.ReLU())


class Scales(nn.Module):
    def __init__(self, width, heads=2):
        super().__init__()
        self.heads, self.dim = heads, width // heads
        self.project = Project(width, 3 * width)

    def outputs(self, t, h_px: int, w_px: int):
        s = t.shape
        t = t.transpose(1, 2)
        return t.reshape(s[0], w_px, s[-1], h_px).flatten(2)  # (b, w, h * k)

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        two = [self.project(x), self.project(x)]
        qkv = torch.cat(two, dim=1).reshape(b, -1, 3 * self.dim, h, w).flatten(3).transpose(-1, -2)
        first = torch.reshape(
            qkv,
            (b, self.heads, 2,  # one for each head
             h, w, 3 * self.dim),
        ).flatten(3, 4).flatten(0, 2)
        second = torch.cat(two).reshape([h, 2, w, w, 3, -1]).flatten(0, 4)
        flat = torch.cat(two).view(2, b, 3, c, h, w).flatten(0)
        product = (first @ first.transpose(1, 2)).reshape(b, 2 * self.heads, h, w, h, w).flatten(2)
        return qkv, first, second, flat, product, self.outputs(x, h, c)


def build():
    return Scales(8), (torch.randn(2, 8, 6, 4),)
