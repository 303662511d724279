"""A local name that stands for one module and then for another."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.ReLU()
        self.second = nn.Tanh()

    def forward(self, x):
        act = self.first
        x = act(x)
        act = self.second
        return act(x)


def build():
    return Model(), (torch.randn(2, 32),)
