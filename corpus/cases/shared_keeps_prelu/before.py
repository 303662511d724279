"""A shared PReLU shares its slope on purpose, as far as anyone can tell."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.PReLU()
        self.first = nn.Sequential(nn.Linear(32, 32), act)
        self.second = nn.Sequential(nn.Linear(32, 32), act)

    def forward(self, x):
        return self.second(self.first(x))


def build():
    return Model(), (torch.randn(2, 32),)
