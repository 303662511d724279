"""The attribute that a definition reads is set behind the last child: the argument that it keeps is there before."""

import torch
from torch import nn


class Windows(nn.Module):
    def __init__(self, width, window, scale):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.unflatten = nn.Unflatten(dim=1, unflattened_size=(-1, window))
        self.flatten = nn.Flatten(start_dim=1, end_dim=2)
        self.proj = nn.Linear(width, width)
        self.window = window

    def forward(self, x: torch.Tensor):
        x = self.unflatten(self.norm(x))
        return self.proj(self.flatten(x))


def build():
    return Windows(8, 2, 3), (torch.randn(2, 6, 8),)
