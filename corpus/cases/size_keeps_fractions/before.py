"""Quotients and differences that stay: they may be no integer, less than zero, of a tensor out of sight, or beside arithmetic that stays."""

import torch
from torch import nn


class Mix(nn.Sequential):
    def __init__(self, width):
        super().__init__(nn.Linear(width, width))


def joined(x, height, width, window):
    b = x.shape[0] // (height * width // window // window)
    return x.reshape(b, -1, 2)


class Kept(nn.Module):
    def __init__(self, width, ratio=2.0, minus=1, parts=2):
        super().__init__()
        self.ratio, self.minus, self.parts = ratio, minus, parts
        self.mix = Mix(width)

    def scaled(self, t, size):
        return t.mean() * size

    def numbers(self, x: torch.Tensor):
        b, n, c = x.shape
        rate = n // self.ratio
        count = c // self.parts
        y = self.mix(x)
        if b > 64:
            return y.view(b, n, -1, count)
        return self.scaled(y, n // self.ratio) + rate + count

    def differences(self, x: torch.Tensor):
        b, n, c = x.shape
        y = self.mix(x)[:, 2:]
        return y.reshape(b, n - 2, c), y.reshape(b, n - 1 - self.minus, -1), y.reshape(b, n - self.parts, -1), y.reshape(b, -1, c - n + n)

    def gone(self, x: torch.Tensor, y: torch.Tensor):
        b, n, c = (x + 0).shape
        x = self.mix(x)
        z = x.view(b, n, self.parts, c // self.parts)
        length = y.t().shape[0]
        y = y.t().contiguous()
        return z, self.mix(x).view(length // 2, -1)

    def shares(self, x: torch.Tensor, y: torch.Tensor):
        groups = y.shape[0] + 1
        groups = groups * 1
        return self.mix(x).view(x.shape[0] // groups, groups, -1)

    def windows(self, x: torch.Tensor, y: torch.Tensor):
        count = (x.shape[0] // 2) * (x.shape[1] // 3)
        return self.mix(y).view(y.shape[0] * 4 // count, count, -1)

    def forward(self, x: torch.Tensor, y: torch.Tensor):
        return self.windows(x, y), joined(x, x.size(1), 2, 2), self.numbers(x), *self.differences(x), *self.gone(x, y), self.shares(x, y)


def build():
    return Kept(8), (torch.randn(4, 6, 8), torch.randn(3, 8))
