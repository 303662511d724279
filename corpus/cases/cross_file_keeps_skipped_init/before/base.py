"""A base class of which another file derives a class that skips its `__init__`."""
import torch.nn.functional as F
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        return self.out(F.relu(self.fc(x)))
