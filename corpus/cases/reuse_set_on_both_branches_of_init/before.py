"""`__init__` makes the module in one of two branches: the second one is made in the same two."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, smooth=True):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        if smooth:
            self.act = nn.GELU()
        else:
            self.act = nn.ReLU()
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.act(self.fc1(x))
        return self.act(self.fc2(x))


def build():
    return Model(), (torch.randn(2, 32),)
