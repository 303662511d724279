"""The guideline's own example: a batch norm that cannot be folded; only the instantiated model shows it."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)
        self.pool = nn.AvgPool2d(2)
        self.bn = nn.BatchNorm2d(32)

    def forward(self, x):
        return self.bn(self.pool(self.conv(x)))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
