"""The instance is made under a condition; where it is handed on, the attribute may be None."""
import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self, pool=None):
        super().__init__()
        self.pool = pool
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc(x)


class Model(nn.Module):
    def __init__(self, stride=None):
        super().__init__()
        if stride:
            self.pool = nn.MaxPool1d(stride)
        else:
            self.pool, self.stride = None, 1
        self.inner = Inner(pool=self.pool)
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc(self.inner(x))


def build():
    return Model(), (torch.randn(2, 32),)
