"""The neighbours are made under a condition: the definition stands outside of it."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self, deep=True):
        super().__init__()
        if deep:
            self.fc1 = nn.Linear(32, 32)
        else:
            self.fc1 = nn.Identity()
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


def build():
    return Model(), (torch.randn(2, 32),)
