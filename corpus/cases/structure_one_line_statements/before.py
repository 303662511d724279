"""Statements that share a line."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        x = F.relu(self.fc(x)); x = F.tanh(x)
        return self.out(x)


def build():
    return Model(), (torch.randn(2, 32),)
