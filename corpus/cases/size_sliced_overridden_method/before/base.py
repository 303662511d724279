"""The class whose method is overridden elsewhere."""

import torch
from torch import nn


class Base(nn.Module):
    def __init__(self, heads=2):
        super().__init__()
        self.heads = heads

    def mixed(self, x):
        return x.relu()

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        return self.mixed(x).reshape(b, n, self.heads, c // self.heads)
