"""The number of turns is an attribute, asked for with a default by code that also runs models which lack it."""
import torch
from torch import nn


class Pooled(nn.Module):
    def __init__(self, width, kernel=5, n=3):
        super().__init__()
        self.first = nn.Conv2d(width, width, 1)
        self.last = nn.Conv2d(width * (n + 1), width, 1)
        self.m = nn.MaxPool2d(kernel_size=kernel, stride=1, padding=kernel // 2)
        self.n = n

    def forward(self, x):
        y = [self.first(x)]
        y.extend(self.m(y[-1]) for _ in range(getattr(self, "n", 3)))
        return self.last(torch.cat(y, 1))


class Other(nn.Module):
    """What is done to this `m` says nothing about the one above."""

    def __init__(self, width):
        super().__init__()
        self.m = nn.Sequential(nn.Conv2d(width, width, 1))
        self.m.kind = "plain"
        self.n = 2
        self.pool = nn.AvgPool2d(3, stride=1, padding=1)
        self.last = nn.Conv2d(2 * width, width, 1)

    def forward(self, x):
        x = self.m(x)
        return self.last(torch.cat([self.pool(x) for _ in range(self.n)], 1))


class Set(nn.Module):
    """The number is set later: as many modules as there were need not be enough."""

    def __init__(self, width):
        super().__init__()
        self.count = 2
        self.pool = nn.AvgPool2d(3, stride=1, padding=1)
        self.last = nn.Conv2d(width, width, 1)

    def twice(self):
        self.count = 4
        return self

    def forward(self, x):
        for _ in range(getattr(self, "count", 3)):
            x = self.pool(x)
        return self.last(x)


class Rebound(nn.Module):
    """The argument is not what the attribute is any more, and the attribute is set behind the last child."""

    def __init__(self, width, n=3):
        super().__init__()
        n += 1
        self.last = nn.Conv2d(width, width, 1)
        self.pool = nn.AvgPool2d(3, stride=1, padding=1)
        self.n = n

    def forward(self, x):
        x = self.last(x)
        for _ in range(self.n):
            x = self.pool(x)
        return x


def build():
    parts = Pooled(8), Other(8), Set(8).twice(), Rebound(8)
    return nn.Sequential(*parts), (torch.randn(2, 8, 16, 16),)
