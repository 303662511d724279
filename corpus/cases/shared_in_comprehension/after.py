"""One instance in every turn: the name goes where its only use was."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(32, 32), nn.Tanh()) for _ in range(depth)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def build():
    return Model(), (torch.randn(2, 32),)
