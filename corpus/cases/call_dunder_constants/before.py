"""`__constants__` and `Final` name plain values of TorchScript: they stay, and the names are taken."""
from typing import Final

import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    __constants__ = ["relu", "rate"]
    rate: Final[float]

    def __init__(self, rate: float = 0.5):
        super().__init__()
        self.rate = rate
        self.relu = True
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.fc1(x)
        if self.relu:
            x = F.relu(x)
        return self.fc2(F.dropout(x, self.rate, self.training))


def build():
    return Model(), (torch.randn(2, 32),)
