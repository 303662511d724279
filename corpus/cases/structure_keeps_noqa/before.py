"""A comment says that it is meant."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        x = F.relu(self.fc(x))  # noqa: MOD101 - kept for the paper's sake
        return self.out(F.relu(x))  # noqa


def build():
    return Model(), (torch.randn(2, 32),)
