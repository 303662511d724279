"""Sizes that stay divided: by what a forward pass sets, what may be no integer, and what was padded only where it had to be."""

import math
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, window: int):
        super().__init__()
        self.window = window

    def forward(self, x):
        self.window = x.shape[1]
        return x


class Changing(nn.Module):
    def __init__(self, width, scales: Tuple[float, float] = (2.0, 2.0), scale=(2.0, 2.0), stride=(2, 2)):
        super().__init__()
        self.scales, self.scale, self.stride = scales, scale, stride
        self.attn = Attention(2)
        self.mix = nn.Sequential(nn.Linear(width, width))
        if width > 4:
            scale = 2, 2
            self.conv = nn.Conv2d(3, width, kernel_size=scale)

    def windows(self, x: torch.Tensor):
        b, n, c = x.shape
        ws = self.attn.window
        return self.attn(self.mix(x).reshape(b, n // ws, -1))

    def products(self, x: torch.Tensor):
        b, n, c = x.shape
        self.stride = (2, 3)
        return self.mix(x).reshape(b, n // math.prod(self.stride), -1)

    def numbers(self, x: torch.Tensor, scales: Tuple[float, float]):
        sh, sw = scales
        by = self.scales
        if x.shape[1] > 2:
            by = 2
        return (
            self.scaled(x, x.shape[1] // sh),
            self.scaled(x, x.shape[1] // scales[1]),
            self.scaled(x, x.shape[1] // by),
            self.scaled(x, x.shape[1] // self.scales[0]),
            self.scaled(x, x.shape[1] // self.scale[0]),
        )

    def scaled(self, t, size):
        return t.mean() * size

    def padded(self, x: torch.Tensor):
        b, n, c = x.shape
        more = (4 - n % 4) % 4
        count = n + more
        if more > 0:
            x = F.pad(x, (0, 0, 0, more))
        return x * 2, self.scaled(x, count // 4), x.reshape(x.shape[0], count // 2, -1)

    def forward(self, x: torch.Tensor):
        return *self.padded(x), *self.numbers(x, (2.0, 2.0)), self.windows(x), self.products(x)


def build():
    return Changing(8), (torch.randn(2, 6, 8),)
