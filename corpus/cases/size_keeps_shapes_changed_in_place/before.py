"""A tensor that is given another shape where it is, under another name, by a method, a function or a module."""

import torch
from torch import nn


def swap(t):
    t.transpose_(1, 2)


class Swap(nn.Module):
    def forward(self, t):
        t.transpose_(1, 2)
        return t


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.swap = Swap()

    def alias(self, x: torch.Tensor):
        x, parts = x.clone(), 2
        y = x
        b, n, c = x.shape
        y.transpose_(1, 2)
        return x.reshape(b, n, parts, c // parts)

    def kept(self, x: torch.Tensor):
        x, parts = x.clone(), 2
        b, n, c = x.shape
        y = x.contiguous()
        y.transpose_(1, 2)
        return x.reshape(b, n, parts, c // parts)

    def by_function(self, x: torch.Tensor):
        x, parts = x.clone(), 2
        b, n, c = x.shape
        swap(x)
        return x.reshape(b, n, parts, c // parts)

    def by_module(self, x: torch.Tensor):
        x, parts = x.clone(), 2
        b, n, c = x.shape
        self.swap(x)
        return x.reshape(b, n, parts, c // parts)

    def in_list(self, x: torch.Tensor):
        x, parts = x.clone(), 2
        b, n, c = x.shape
        [t.transpose_(1, 2) for t in (x,)]
        return x.reshape(b, n, parts, c // parts)

    def forward(self, x: torch.Tensor):
        return self.alias(x), self.kept(x), self.by_function(x), self.by_module(x), self.in_list(x)


def build():
    return Model(), (torch.randn(2, 6, 8),)
