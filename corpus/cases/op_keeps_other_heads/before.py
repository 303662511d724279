"""Loops over what grows later or has no fixed length, and a `zip` that is not Python's."""
import torch
from torch import nn


class Grown(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList([nn.Linear(8, 8)])
        self.levels: nn.ModuleList = nn.ModuleList([nn.Linear(8, 8)])
        self.blocks = nn.ModuleList([nn.Linear(8, 8)])
        self.heads = nn.ModuleDict({"one": nn.Linear(8, 8)})
        self.last = nn.Linear(8, 8)

    def grow(self):
        self.levels.append(nn.Linear(8, 8))
        blocks = self.blocks
        blocks.append(nn.Linear(8, 8))
        return self

    def forward(self, x):
        for stage in self.stages:
            x = torch.exp(-stage(x))
        for level in self.levels:
            x = torch.exp(-level(x))
        for block in self.blocks:
            x = torch.exp(-block(x))
        for name in self.heads:
            x = torch.exp(-self.heads[name](x))
        return self.last(x)


class Zipped(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8)])
        self.last = nn.Linear(8, 8)

    def forward(self, x, zip=True):
        for layer in self.layers:
            x = torch.exp(-layer(x))
        return self.last(x) if zip else x


def build():
    model = Grown().grow()
    model.stages.append(nn.Linear(8, 8))
    model.heads["two"] = nn.Linear(8, 8)
    return nn.Sequential(model, Zipped()), (torch.randn(2, 8),)
