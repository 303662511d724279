"""The last child is made under a condition: the module that the value becomes stands in front of it."""
import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    def __init__(self, wide=True):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        if wide:
            self.fc2 = nn.Linear(32, 32)
        self.act = F.gelu

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


def build():
    return Model(), (torch.randn(2, 32),)
