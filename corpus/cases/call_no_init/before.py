"""No `__init__`: one is written, in front of the first method."""
import torch
import torch.nn.functional as F
from torch import nn

class Act(nn.Module):
    """Rectifies."""

    scale = 2

    def forward(self, x):
        return F.relu(x) * self.scale


def build():
    return Act(), (torch.randn(2, 32),)
