"""The class runs whatever children it has."""
import torch
import torch.nn.functional as F
from torch import nn

class Chain(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(32, 32)
        self.second = nn.Linear(32, 32)

    def forward(self, x):
        for child in self.children():
            x = child(x)
        return F.relu(x)


def build():
    return Chain(), (torch.randn(2, 32),)
