"""A subclass that skips this class's `__init__` would be without the module."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class Other(Model):
    def __init__(self):
        nn.Module.__init__(self)
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 32)


def build():
    return Other(), (torch.randn(2, 32),)
