"""Somebody asks whether the attribute is this very function."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.act = F.relu
        self.fc2 = nn.Linear(32, 32)
        self.is_relu = self.act is F.relu

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


def build():
    return Model(), (torch.randn(2, 32),)
