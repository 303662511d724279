"""The guideline's own example: a weight that is drawn on the way, so that nothing is known to own it."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.conv(x)
        weight = torch.randn(32, x.shape[-1])
        return F.linear(x, weight)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
