"""A class derived from a layer with weights: the layer's own keys stay as they are."""
import torch
import torch.nn.functional as F
from torch import nn

class Squashed(nn.Linear):
    def forward(self, x):
        return torch.sigmoid(super().forward(x))


def build():
    return Squashed(32, 32), (torch.randn(2, 32),)
