"""A comprehension over a local list with an entry for each module of a list: made here, or got from another method."""
from typing import List

import torch
from torch import nn


class Branches(nn.Module):
    def __init__(self, widths=(8, 16), pool=False):
        super().__init__()
        self.pool = pool
        self.stems = nn.ModuleList([nn.Linear(32, width) for width in widths])
        self.norms = nn.ModuleList([nn.LayerNorm(width) for width in widths])
        self.drops = nn.ModuleList([nn.Dropout(0.5) for _ in self.norms])
        self.drop = nn.Dropout(0.5)
        self.heads = nn.ModuleList([nn.Linear(width, 4) for width in widths])

    def features(self, x):
        xs = [stem(x) for stem in self.stems]
        return [norm(xs[i]) for i, norm in enumerate(self.norms)]

    def head(self, xs: List[torch.Tensor], before_logits: bool = False):
        if len(xs) == 0:
            return torch.zeros(1)
        xs = [x.mean(1) for x in xs] if self.pool else [x[:, 0] for x in xs]
        xs = [drop(xs[i]) for i, drop in enumerate(self.drops)]
        if before_logits:
            return torch.cat(xs, 1)
        return torch.stack([head(xs[i]) for i, head in enumerate(self.heads)]).mean(0)

    def forward(self, x):
        features = self.features(x)
        return self.head(before_logits=False, xs=features)


class Here(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(depth)])
        self.acts = nn.ModuleList([nn.LeakyReLU(0.2) for _ in self.layers])
        self.act = nn.LeakyReLU(0.2)
        self.last = nn.Linear(32, 32)

    def forward(self, x):
        i = 2
        parts = [layer(x) for layer in self.layers]
        scaled = [
            # both
            act(parts[i2] + parts[i2].mean()) for i2, act in enumerate(self.acts)
        ]
        return self.last(scaled[i])


class Pruned(nn.Module):
    """The list is made anew, with as many modules."""

    def __init__(self, count=2):
        super().__init__()
        self.count = count
        self.norms = nn.ModuleList([nn.LayerNorm(32) for _ in range(self.count)])
        self.drops = nn.ModuleList([nn.Dropout(0.2) for _ in range(self.count)])
        self.drop = nn.Dropout(0.2)
        self.last = nn.Linear(32, 32)

    def prune(self):
        self.norms = nn.ModuleList([nn.Identity() for _ in range(self.count)])
        return self

    def forward(self, x):
        parts = [norm(x) for norm in self.norms]
        parts = [drop(parts[i].relu()) for i, drop in enumerate(self.drops)]
        return self.last(sum(parts))


def build():
    return nn.Sequential(Here(), Pruned(), Pruned().prune(), nn.Unflatten(1, (1, 32)), Branches()), (torch.randn(2, 32),)


