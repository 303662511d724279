"""A file's own `F` is not torch's."""
import torch
from torch import nn


class F:
    @staticmethod
    def relu(x):
        return x


def sigmoid(x):
    return x


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return sigmoid(F.relu(self.conv(x)))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
