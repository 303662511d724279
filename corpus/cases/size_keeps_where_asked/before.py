"""Quotients that stay: where the size was asked for, the divisor may not be there yet, or the quotient may never be needed."""

import torch
from torch import nn


class Kept(nn.Module):
    def __init__(self, width, k: int = 2, every: int = 2):
        super().__init__()
        self.k, self.every = k, every
        self.mix = nn.Sequential(nn.Linear(width, width))

    def forward(self, x: torch.Tensor):
        return *self.changed(x), self.left(x), *self.chosen(x), self.turns(x), self.bound(x), *self.given(x, 2)

    def changed(self, x: torch.Tensor):
        n = x.shape[1]
        x = self.mix(x)
        self.k = 3
        by = self.k
        return x.narrow(1, 0, n // self.k), x.narrow(1, 0, n // by)

    def left(self, x: torch.Tensor):
        n = x.shape[1]
        x = self.mix(x)
        if self.every is None:
            return x
        return x.narrow(1, 0, n // self.every)

    def chosen(self, x: torch.Tensor):
        n = x.shape[1]
        x = self.mix(x)
        if self.every is not None:
            x = x.narrow(1, 0, n // self.every)
        y = x.narrow(1, 0, n if self.every is None else n // self.every)
        return x, self.every and x.narrow(1, 0, n // self.every), y

    def turns(self, x: torch.Tensor):
        n = 4
        for _ in range(2):
            y = x.narrow(1, 0, n // 2)
            n = x.shape[1]
            x = self.mix(x)
        return y

    def bound(self, x: torch.Tensor):
        x, n = self.mix(x), x.shape[1]
        return x.narrow(1, 0, n // 2)

    def given(self, x: torch.Tensor, k: int):
        n = x.shape[1]
        x, k = self.mix(x), k + 1
        m, n = n, 4
        return x.narrow(1, 0, m // k), x.narrow(1, 0, n // 2)


def build():
    return Kept(8), (torch.randn(2, 6, 8),)
