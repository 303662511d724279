"""One local instance in two chains: each gets its own."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.first = nn.Sequential(nn.Linear(32, 32), act)
        self.second = nn.Sequential(nn.Linear(32, 32), act, nn.Linear(32, 32))

    def forward(self, x):
        return self.second(self.first(x))


def build():
    return Model(), (torch.randn(2, 32),)
