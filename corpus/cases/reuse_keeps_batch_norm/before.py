"""A batch norm holds running statistics."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 1)
        self.bn = nn.BatchNorm2d(32, affine=False)

    def forward(self, x):
        return self.bn(self.conv(self.bn(x)))


def build():
    return Model(), (torch.randn(2, 32, 4, 4),)
