"""The list stands where the names have the values that made the module: behind it, unless they are the same everywhere."""
import torch
from torch import nn


class Local(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(depth)])
        self.first = nn.Linear(32, 32)
        slope = 0.1 if depth > 1 else 0.2
        self.act = nn.LeakyReLU(slope)
        slope = 0.3
        self.other = nn.LeakyReLU(slope)
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        x = self.first(x)
        for layer in self.layers:
            x = self.act(layer(x))
        return self.last(self.other(x))


class Argument(nn.Module):
    def __init__(self, depth, slope):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(depth)])
        self.first = nn.Linear(32, 32)
        self.act = nn.LeakyReLU(slope)
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        x = self.first(x)
        for layer in self.layers:
            x = self.act(layer(x))
        return self.last(x)


class Early(nn.Module):
    """Made before the list that the loop runs over, of a name that means something else behind it."""

    def __init__(self, depth):
        super().__init__()
        slope = 0.2
        self.act = nn.LeakyReLU(slope)
        slope = 0.4
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(depth)])
        self.other = nn.LeakyReLU(slope)

    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))
        return self.other(x)


class Conditional(nn.Module):
    """Made only where there is something to make it of."""

    def __init__(self, depth, rate=None):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(depth)])
        self.rate = rate
        if rate is not None:
            self.drop = nn.Dropout(rate)
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            if self.rate is not None:
                x = self.drop(x)
        return self.last(x)


def build():
    parts = Local(2), Argument(3, 0.5), Early(2), Conditional(2), Conditional(2, 0.5)
    return nn.Sequential(*parts), (torch.randn(2, 32),)
