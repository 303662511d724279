"""The last child is made under a condition: the module that the value becomes stands in front of it."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, wide=True):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.act = nn.GELU()
        if wide:
            self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


def build():
    return Model(), (torch.randn(2, 32),)
