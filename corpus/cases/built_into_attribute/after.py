"""A module that `forward` assigns anew each time keeps its name, and is made once."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, pad):
        super().__init__()
        self.pad = pad
        self.padding = nn.ZeroPad2d(self.pad)
        self.conv = nn.Conv2d(32, 32, 3)
        self.out = nn.Conv2d(32, 32, 1)

    def forward(self, x):
        x = self.conv(self.padding(x))
        return self.out(x)


def build():
    return Model(1), (torch.randn(2, 32, 6, 6),)
