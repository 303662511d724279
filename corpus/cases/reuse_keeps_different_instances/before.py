"""Two modules of one class, and the same name in two classes."""
import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.inner = Inner()
        self.other = nn.ReLU()

    def forward(self, x):
        return self.other(self.inner(self.act(x)))


def build():
    return Model(), (torch.randn(2, 32),)
