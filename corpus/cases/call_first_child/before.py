"""A class without any children before: the new one is its first."""
import torch
import torch.nn.functional as F
from torch import nn

class Swish(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        return x * torch.sigmoid(x)


def build():
    return Swish(), (torch.randn(2, 32),)
