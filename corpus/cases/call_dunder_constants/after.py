"""`__constants__` and `Final` name plain values of TorchScript: they stay, and the names are taken."""
from typing import Final

import torch
from torch import nn


class Model(nn.Module):
    __constants__ = ["relu", "rate"]
    rate: Final[float]

    def __init__(self, rate: float = 0.5):
        super().__init__()
        self.rate = rate
        self.relu = True
        self.fc1 = nn.Linear(32, 32)
        self.relu2 = nn.ReLU()
        self.dropout = nn.Dropout(p=self.rate)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.fc1(x)
        if self.relu:
            x = self.relu2(x)
        return self.fc2(self.dropout(x))


def build():
    return Model(), (torch.randn(2, 32),)
