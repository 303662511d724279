"""The caller hands the dict to others."""
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return {"out": self.fc(x), "raw": x}


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = Heads()

    def forward(self, x):
        return sum(self.heads(x).values())


def build():
    return Caller(), (torch.randn(2, 32),)
