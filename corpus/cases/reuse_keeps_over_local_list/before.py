"""Lists of which it is not shown that they have an entry for each module of a list where the comprehension runs."""
import torch
from torch import nn


class Lengthened(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        parts = [layer(x) for layer in self.layers]
        parts.append(x)
        return self.last(sum([self.act(part) for part in parts]))


class HandedOn(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        parts = [layer(x) for layer in self.layers]
        lengthen(parts)
        return self.last(sum([self.act(part) for part in parts]))


def lengthen(parts):
    parts += parts[:1]


class Filtered(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        parts = [layer(x) for i, layer in enumerate(self.layers) if i]
        return self.last(sum([self.act(part) for part in parts]))


class TwoCallers(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def added(self, parts):
        return sum([self.act(part) for part in parts])

    def more(self, x):
        return self.added([x])

    def forward(self, x):
        return self.last(self.added([layer(x) for layer in self.layers]))


class Overridden(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def features(self, x):
        return [layer(x) for layer in self.layers]

    def forward(self, x):
        parts = self.features(x)
        return self.last(sum([self.act(part) for part in parts]))


class Overriding(Overridden):
    def features(self, x):
        return [x, x]


class Cut(nn.Module):
    """The list of modules gets shorter: so do the local ones, and a list of modules made of it would not."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def cut(self):
        self.layers = self.layers[:2]
        return self

    def forward(self, x):
        parts = [layer(x) for layer in self.layers]
        return self.last(sum([self.act(part) for part in parts]))


class Emptied(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def cut(self):
        del self.layers[-1]
        return self

    def forward(self, x):
        parts = [layer(x) for layer in self.layers]
        return self.last(sum([self.act(part) for part in parts]))


class Later(nn.Module):
    """The name is bound anew under a condition, and in a loop behind the place where it counts."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(3)])
        self.act = nn.ReLU()
        self.gelu = nn.GELU()
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        parts = [layer(x) for layer in self.layers]
        if self.training:
            parts = parts[:2]
        parts = [self.act(part) for part in parts]
        for _ in range(2):
            parts = [self.gelu(part) for part in parts] + [x]
        return self.last(sum(parts))


class Tensor(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        return self.last(torch.stack([self.act(row) for row in x]))


def build():
    parts = Lengthened(), HandedOn(), Filtered(), TwoCallers(), Overridden(), Overriding(), Cut().cut(), Emptied().cut(), Later()
    return nn.Sequential(*parts, Tensor()), (torch.randn(2, 32),)
