"""The second use stands in a method that `forward` reaches through `self`, the third in a property."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 1)
        self.act = nn.Hardswish()
        self.act2 = nn.Hardswish()
        self.conv2 = nn.Conv2d(32, 32, 1)

    def stem(self, x):
        return self.act(self.conv1(x))

    def forward(self, x):
        x = self.stem(x)
        return self.act2(self.conv2(x))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
