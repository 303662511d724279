"""In a subclass of `nn.Sequential` a new child joins the chain."""
import torch
import torch.nn.functional as F
from torch import nn

class Chain(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(32, 32), nn.Linear(32, 32))

    def forward(self, x):
        return F.relu(super().forward(x))


def build():
    return Chain(), (torch.randn(2, 32),)
