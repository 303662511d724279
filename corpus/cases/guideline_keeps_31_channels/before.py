"""The guideline's own example: 31 channels are below 32 and no multiple of it."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 31, 3)

    def forward(self, x):
        return self.conv(x)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
