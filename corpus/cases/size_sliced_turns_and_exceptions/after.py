"""Statements that run late, again, or not to their end: turns of a loop, blocks that an exception leaves, generators."""

from contextlib import suppress

import torch
from torch import nn


def check(x):
    raise ValueError


class Turns(nn.Module):
    def loop(self, x: torch.Tensor):
        b, n, c = x.shape
        y = x
        z = x.reshape(b, x[:, 1::2].shape[1], c, 2).flatten(2)
        given = []
        for _ in range(3):
            given.append(x.reshape(b, n, 2, c // 2))
            x = y
            y = z
        return given

    def late(self, x: torch.Tensor):
        b, n, c = x.shape
        parts = (x.reshape(b, n, 2, c // 2) for _ in range(2))
        x = x.transpose(1, 2)
        return list(parts)

    def grows(self, x: torch.Tensor):
        b, n, c = x.shape
        return [(x.reshape(b, n, 2, c // 2), (x := x.transpose(1, 2)))[0] for _ in range(2)]

    def forward(self, x: torch.Tensor):
        return (*self.loop(x), *self.late(x), *self.grows(x))


class Exceptions(nn.Module):
    def caught(self, x: torch.Tensor):
        b, n, c = x.shape
        try:
            x = x.transpose(1, 2)
            check(x)
            x = x.transpose(1, 2)
        except ValueError:
            pass
        if n > 1:
            return x.reshape(b, n, 2, c // 2)
        return x

    def suppressed(self, x: torch.Tensor):
        b, n, c = x.shape
        with suppress(ValueError):
            x = x.transpose(1, 2)
            check(x)
            x = x.transpose(1, 2)
        return x.reshape(b, n, 2, c // 2)

    def left(self, x: torch.Tensor):
        b, n, c = x.shape
        try:
            if n > 2:
                x = x.transpose(1, 2)
                return x
        finally:
            self.kept = x.reshape(b, n, 2, c // 2)
        return x

    def forward(self, x: torch.Tensor):
        return self.caught(x), self.suppressed(x), self.left(x), self.kept


class All(nn.Module):
    def __init__(self):
        super().__init__()
        self.turns = Turns()
        self.exceptions = Exceptions()

    def forward(self, x: torch.Tensor):
        return (*self.turns(x), *self.exceptions(x))


def build():
    return All(), (torch.randn(2, 6, 8),)
