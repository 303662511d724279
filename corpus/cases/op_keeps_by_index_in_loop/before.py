"""Loops that could read a list of modules by index, but need not stay within it, or that TorchScript compiles today."""
from typing import List

import torch
from torch import nn


class Guarded(nn.Module):
    """The list is only read in some of the turns, or not by the number of the turn."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        xs = [x, x + 1, x + 2, x + 3]
        for i in range(len(xs)):
            if i < 2:
                xs[i] = self.layers[i](xs[i])
            xs[i] = torch.sin(xs[i])
        for i, part in enumerate(xs):
            xs[i] = torch.sin(self.layers[i % 2](part))
        for i, part in enumerate(xs):
            part = torch.sin(part)
            if i > 1:
                continue
            xs[i] = self.layers[i](part)
        for i in range(len(xs)):
            parts = [torch.sin(self.layers[k](x)) for k in range(i) if k < 2]
            xs[i] = xs[i] + sum(parts)
        for i in range(len(xs)):
            i = i // 2
            xs[i] = torch.sin(self.layers[i](xs[i]))
        for xs[0] in xs[1:]:
            x = torch.sin(self.layers[0](x))
        return self.head(sum(xs))


class Scripted(nn.Module):
    """TorchScript compiles these loops, and reads no list of modules by a number that is no literal."""

    def __init__(self):
        super().__init__()
        self.depth = 3
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])
        self.head = nn.Linear(8, 8)

    def added(self, xs: List[torch.Tensor]):
        for i in range(len(xs)):
            xs[i] = torch.sin(xs[i])
        for i in range(1, self.depth):
            xs[i] = torch.sin(xs[i])
        for i in range(len(self.layers)):
            if not torch.jit.is_scripting():
                xs[i] = self.layers[i](xs[i])
            xs[i] = torch.sin(xs[i])
        for x in [xs[0], xs[1]]:
            xs[0] = torch.sin(x)
        for i in range(1, self.depth):
            xs[i] = torch.sin(xs[i])
            if xs[i].shape[0] > 100:
                break
        return self.head(xs[0] + xs[1] + xs[2])

    def forward(self, x):
        return self.added([x, x + 1, x + 2])


class Grown(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def grow(self):
        self.layers.append(nn.Linear(8, 8))
        return self

    def forward(self, x):
        for i in range(len(self.layers)):
            x = torch.sin(self.layers[i](x))
        for layer in self.layers[1:]:
            x = torch.sin(layer(x))
        return self.head(x)


def build():
    return nn.Sequential(Guarded(), torch.jit.script(Scripted()) and Scripted(), Grown().grow()), (torch.randn(2, 8),)
