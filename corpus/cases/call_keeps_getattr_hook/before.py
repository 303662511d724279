"""A class that answers for names it does not have."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 32)

    def __getattr__(self, name):
        if name == "relu":
            return abs
        return super().__getattr__(name)

    def forward(self, x):
        return self.out(F.relu(self.fc(x)))


def build():
    return Model(), (torch.randn(2, 32),)
