"""A star import binds the classes; what is new is imported by name, so that pyflakes can follow it."""
import torch
from torch.nn import *
from torch.nn import ReLU


class Model(Module):
    def __init__(self):
        super().__init__()
        self.conv = Conv2d(32, 32, 3)
        self.relu = ReLU()
        self.out = Conv2d(32, 32, 1)

    def forward(self, x):
        return self.out(self.relu(self.conv(x)))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
