"""Loops in which so much runs that their heads take several lines."""

import torch
import torch.nn as nn


class Gates(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.projections = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(depth)])

    def forward(self, x):
        for index, (projection, norm) in enumerate(zip(self.projections, self.norms)):  # two lists to begin with
            y = norm(projection(x))
            gate = torch.softmax(y, dim=-1) * torch.sigmoid(y) + torch.tanh(y)
            x = torch.cat([x, gate * (index + 1)], dim=-1).unflatten(-1, (2, -1)).mean(-2) - torch.exp(-y)
        return x


class Layers(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.linear_layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])

    def forward(self, x):
        for linear_layer in self.linear_layers:
            x = torch.relu(linear_layer(x)) + torch.sigmoid(x) * torch.tanh(x) - torch.exp(-x) + torch.softmax(x, dim=-1)
        return x


def build():
    return nn.Sequential(Gates(), torch.jit.script(Layers()) and Layers()), (torch.rand(2, 8),)
