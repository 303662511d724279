"""Attributes that are set under names from a list which is written down: those names are taken, others are free."""
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.names = ["stem"] + [f"dropout{i}" for i in range(depth)]
        self.stem = nn.Linear(8, 8)
        for i in range(depth):
            setattr(self, f"dropout{i}", nn.Linear(8, 8))
        self.relu3 = nn.ReLU()
        self.dropout = nn.Dropout()
        self.head = nn.Linear(8, 2)

    def prune(self, keep):
        for name in self.names[keep:]:
            setattr(self, name, nn.Identity())
        for _, name in enumerate(("relu", "relu2")):
            setattr(self, name, None)
        self.names = self.names[:keep]
        return self

    def forward(self, x):
        for name in self.names:
            x = getattr(self, name)(x)
        x = self.dropout(self.relu3(x))
        x = F.dropout(x, 0.1, training=self.training)
        return self.head(x)


class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.pruned = Net().prune(1)
        self.whole = Net()

    def forward(self, x):
        return self.pruned(x), self.whole(x)


def build():
    return Whole(), (torch.randn(2, 8),)
