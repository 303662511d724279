"""Calls of which another shape may come: of what a subclass overrides, decorators give, stars spread, branches choose, other code puts in place."""

import functools

import torch
from torch import nn


def turned(function):
    @functools.wraps(function)
    def call(*given):
        return function(*given).transpose(1, 2)

    return call


@turned
def decorated(x):
    return x.relu()


def swapped(x, first=1, second=1):
    return x.transpose(first, second)


def some(x):
    return x.relu() if x.sum() > 1e9 else x[:, :3]


class Keep(nn.Module):
    def forward(self, x):
        return x.relu()


class Drop(nn.Module):
    """Gives fewer tokens, but as many each time: nobody knows."""

    def forward(self, x):
        return x[:, x[0, :, 0] > -1e9][:, 1:]


class Base(nn.Module):
    def __init__(self, heads=2):
        super().__init__()
        self.heads = heads
        self.keep = Keep()
        self.drop = Drop()

    def mixed(self, x):
        return x.relu()

    def second(self, first, second, third=None):
        return second

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        turned = x.transpose(1, 2)
        one = self.second(*(turned, turned), x).reshape(b, n, self.heads, x[:, :, self.heads - 1::self.heads].shape[2])
        mixed = self.mixed(x).reshape(b, n, self.heads, one.shape[3])
        kept = self.keep(x).reshape(b, n, self.heads, one.shape[3])
        called = decorated(x).reshape(b, n, self.heads, c // self.heads)
        spread = swapped(x, *(1, 2)).reshape(b, n, self.heads, one.shape[3])
        named = swapped(x, **{"second": 2}).reshape(b, n, self.heads, one.shape[3])
        chosen = some(x).reshape(b, -1, self.heads, one.shape[3])
        first, second = self.drop(x), self.drop(x[:, 1:])
        dropped = second.reshape(b, -1, 2 * first.shape[1] // 5)
        return one, mixed, kept, called, spread, named, chosen, dropped


class Derived(Base):
    def mixed(self, x):
        return x.transpose(1, 2)


class Turn(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


def build():
    model = Derived()
    model.keep = Turn()
    return model, (torch.randn(2, 6, 8),)
