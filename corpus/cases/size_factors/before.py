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
        width = s[-1] * h_px
        t = t.transpose(1, 2)
        return t.reshape(s[0], w_px, width)  # (b, w, h * k)

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        n = h * w
        two = [self.project(x), self.project(x)]
        qkv = torch.cat(two, dim=1).reshape(b, -1, 3 * self.dim, n).transpose(-1, -2)
        first = torch.reshape(
            qkv,
            (b * self.heads * 2,  # one for each head
             n, 3 * self.dim),
        )
        count = 2 * w ** 2 * 3
        second = torch.cat(two).reshape([h * count, -1])
        flat = torch.cat(two).view(2 * b * 3 * c * n)
        product = (first @ first.transpose(1, 2)).reshape(b, 2 * self.heads, n * n)
        return qkv, first, second, flat, product, self.outputs(x, h, c)


def build():
    return Scales(8), (torch.randn(2, 8, 6, 4),)
