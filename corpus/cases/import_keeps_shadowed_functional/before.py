"""A parameter that is called like the module of functions hides it."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()

    def forward(self, x, F=None):
        x = self.relu(self.conv(x))
        return x if F is None else F.relu(x)


def use(x):
    return F.relu(x)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
