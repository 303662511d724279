"""A class without any children before: the new one is its first."""
import torch
import torch.nn.functional as F
from torch import nn

class Swish(nn.Module):
    def __init__(self):
        super().__init__()
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        return x * self.sigmoid(x)


def build():
    return Swish(), (torch.randn(2, 32),)
