"""Writes in place into numbers of a smaller type, which out of place would become those of the larger one."""
import torch
from torch import nn


class Mixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.last = nn.Linear(8, 8)

    def forward(self, x):
        y = self.first(x).half().clone()
        y += self.last(x)
        z = y.clone()
        z.add_(self.last(x))
        return y, z


def build():
    return Mixed(), (torch.randn(2, 8),)
