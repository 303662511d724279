"""Two branches of which one runs count as one use; the call behind them is the second."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, flip=False):
        super().__init__()
        self.flip = flip
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        if self.flip:
            x = self.conv1(self.relu(x))
        else:
            x = self.relu(self.conv1(x))
        return self.relu(self.conv2(x))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
