"""Operators whose plain names are keywords of Python."""
import torch
from torch import nn


class Band(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.last = nn.Linear(8, 8)

    def forward(self, x):
        x = self.first(x)
        inside = (x > -1) & (x < 1) | ~(x != 2) ^ (x >= 3)
        return self.last(torch.where(inside, x, -x))


def build():
    return Band(), (torch.randn(2, 8),)
