"""Loops over lists of lists of modules: a list of lists, handed along in both heads."""
import torch
from torch import nn


class Fuse(nn.Module):
    def __init__(self, branches=3):
        super().__init__()
        self.branches = branches
        self.stems = nn.ModuleList([nn.Linear(8, 8) for _ in range(branches)])
        self.fuse_layers = self.make_fuse_layers()
        self.act = nn.ReLU()
        self.head = nn.Linear(8, 8)

    def make_fuse_layers(self):
        if self.branches == 1:
            return nn.Identity()
        layers = []
        for i in range(self.branches):
            layer = []
            for j in range(self.branches - i):
                layer.append(nn.Linear(8, 8))
            layers.append(nn.ModuleList(layer))
        return nn.ModuleList(layers)

    def forward(self, x):
        xs = [stem(x) for stem in self.stems]
        if self.branches == 1:
            return self.head(xs[0])
        fused = []
        for i, fuse_outer in enumerate(self.fuse_layers):
            y = torch.zeros_like(x)
            for j, fuse in enumerate(fuse_outer):
                y = y + self.act(fuse(xs[j]))
            fused.append(torch.exp(-y.abs()))
        return self.head(torch.stack(fused).mean(0))


class Grid(nn.Module):
    """The same number of turns in each turn, and a comprehension."""

    def __init__(self, rows=2, columns=3):
        super().__init__()
        self.columns = columns
        self.rows = nn.ModuleList([nn.Linear(8, 8) for _ in range(rows)])
        self.cells = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8) for _ in range(i + 1)]) for i in range(rows)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for row in self.rows:
            x = row(x)
            for _ in range(self.columns):
                x = torch.square(x)
        for cells in self.cells:
            x = torch.stack([torch.cos(cell(x)) for cell in cells]).mean(0)
        return self.head(x)


def build():
    scripted = torch.jit.script(nn.Sequential(Fuse(), Grid()))
    return nn.Sequential(scripted and Fuse(), Fuse(1), Grid()), (torch.randn(2, 8),)
