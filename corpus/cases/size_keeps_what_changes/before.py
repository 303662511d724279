"""Numbers that change between two places: contents of lists, attributes that forward sets, properties, names that inner functions bind."""

import torch
from torch import nn


class Lists(nn.Module):
    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        sizes = [b, n, c]
        sizes[1] = n * 2
        sizes[2] = c // 2
        first = x.reshape(sizes[0], sizes[1], 2, sizes[2] // 2)
        shape = list(x.shape)
        shape[1], shape[2] = n * 2, c // 2
        second = x.reshape(shape[0], shape[1], shape[2] // 2, 2)
        width, tokens, batch = reversed((b, n, c))
        third = x.reshape(width, tokens, batch // 2, 2)
        small, middle, large = sorted(x.shape)
        return first, second, third, x.reshape(small, middle, 2, large // 2)


class Attributes(nn.Module):
    reads = 0

    def __init__(self):
        super().__init__()
        self.rows, self.columns = 2, 3

    @property
    def parts(self):
        self.reads += 1
        return (2, 4)[self.reads % 2]

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        self.reads, self.rows, self.columns = 0, 2, 3
        first = x.reshape(b, self.rows, self.columns * c)
        self.rows, self.columns = self.columns, self.rows
        first = first.reshape(b, self.rows, 4, self.columns * c // 4)
        second = x.reshape(b, self.parts, n * c // 4)
        return first, second.reshape(b, self.parts, n * c // 2 // 2, 2)


class Names(nn.Module):
    def split(self, given):
        x, b, n, c = given
        return x.reshape(b, n, 2, c // 2)

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        third = [self.split((each, b, n, c)) for each in (x, x * 2)], self.split((x.transpose(1, 2), b, n, c))
        y = x.clone()
        b, n, c = y.shape

        def swap():
            nonlocal y
            y = y.transpose(1, 2)

        swap()
        return y.reshape(b, n, 2, c // 2), third[1]


class All(nn.Module):
    def __init__(self):
        super().__init__()
        self.lists = Lists()
        self.attributes = Attributes()
        self.names = Names()

    def forward(self, x: torch.Tensor):
        return (*self.lists(x), *self.attributes(x), *self.names(x))


def build():
    return All(), (torch.randn(2, 6, 8),)
