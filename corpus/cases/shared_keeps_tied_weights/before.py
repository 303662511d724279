"""Tied weights: two names for one layer."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(32, 32)
        self.head = self.embed

    def forward(self, x):
        return self.head(self.embed(x))


def build():
    return Model(), (torch.randn(2, 32),)
