"""A property on the forward path."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Parameter(torch.randn(32))
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    @property
    def opened(self):
        return torch.sigmoid(self.gate)

    def forward(self, x):
        return self.fc2(self.fc1(x) * self.opened)


def build():
    return Model(), (torch.randn(2, 32),)
