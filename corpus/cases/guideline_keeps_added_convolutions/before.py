"""The guideline's own example: two outputs are added; residual networks are full of it, so nobody asked."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return self.conv1(x) + self.conv2(x)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
