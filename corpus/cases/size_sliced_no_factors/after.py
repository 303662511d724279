"""Sizes of a tensor that is not shown, and which are no products of sizes that stand there already."""

import torch
from torch import nn


class Kept(nn.Module):
    def __init__(self):
        super().__init__()
        self.half, self.minus, self.twice = 2, -1, (2, 2)
        self.mix = nn.Sequential(nn.Conv2d(8, 8, 1))

    def count(self):
        return 3

    def changed(self, x: torch.Tensor):
        b, c, h, w = x.shape
        n = h * w
        h = h - 2
        return self.mix(x).reshape(b, c, n)

    def chosen(self, x: torch.Tensor):
        b, c, h, w = x.shape
        n = h * w
        if c == 8:
            n = c * w
        return self.mix(x).reshape(b, n, -1)

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        y = self.mix(x)
        rounded = y.reshape(b, x[:, self.half - 1::self.half].shape[1], self.half, h, w).flatten(2)
        # A product that is not one number.
        one = y.new_ones(1, 1).reshape(b * self.twice) if b == 1 else y
        bracketed = y.reshape(b, (c * h), w)
        called = y.reshape(b * (self.count() - 2), -1)
        minus = y.reshape(b, -1 * h * w * -c)
        plus = y.reshape(b, (h + 0) * w, c)
        try:
            tried = y.reshape(b, c * h, w)
        except RuntimeError:
            tried = y
        return rounded, one, bracketed, called, minus, plus, tried, self.changed(x), self.chosen(x)


def build():
    return Kept(), (torch.randn(2, 8, 6, 4),)
