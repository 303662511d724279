"""No `__init__`: one is written, in front of the first method."""
import torch
from torch import nn

class Act(nn.Module):
    """Rectifies."""

    scale = 2

    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x) * self.scale


def build():
    return Act(), (torch.randn(2, 32),)
