"""A file in which `int`, `float` and `bool` are torch's: an op class has them in its annotations."""
from torch import *
from torch import nn


class Shift(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.last = nn.Linear(8, 8)

    def forward(self, x):
        return self.last(cat([self.first(x), x], 1)[:, :8] + 1)


def build():
    return Shift(), (randn(2, 8),)
