"""Only one of the branches registers it."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, deep=True):
        super().__init__()
        act = nn.ReLU()
        if deep:
            self.net = nn.Sequential(nn.Linear(32, 32), act, nn.Linear(32, 32))
        else:
            self.net = nn.Sequential(nn.Linear(32, 32), act)

    def forward(self, x):
        return self.net(x)


def build():
    return Model(), (torch.randn(2, 32),)
