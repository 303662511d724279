"""The guideline's own example: PReLU is slow, and its slope is a weight, so that a second one would drift apart."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3)
        self.act = nn.PReLU()

    def forward(self, x):
        x = self.act(self.conv1(x))
        return self.act(self.conv2(x))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
