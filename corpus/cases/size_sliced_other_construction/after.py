"""Modules whose arguments do not show that the shape stays: other features, places that are lost, settings that change, other modules."""

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, width=8, heads=2, wide=True):
        super().__init__()
        self.heads = heads
        self.other = nn.Linear(width, width + 0)
        self.chosen = nn.Linear(width, width)
        if wide:
            self.chosen = nn.Linear(width, heads * width)
        self.strided = nn.Conv1d(width, width, 3, 2, padding=1)
        self.parts = 4
        self.unflatten = nn.Unflatten(-1, (self.parts, -1))
        self.parts = 2

    def products(self, x: torch.Tensor):
        b, n, c = x.shape
        one = x[0]
        y = x.transpose(1, 2) @ one
        z = x[:, None] @ x.transpose(1, 2)
        return y.reshape(b, c, self.heads, x[:, :, self.heads - 1::self.heads].shape[2]), z.reshape(b, n, -1, 2, x[:, 1::2].shape[1])

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        other = self.other(x).reshape(b, -1, self.heads, x[:, :, self.heads - 1::self.heads].shape[2])
        chosen = self.chosen(x).reshape(b, -1, self.heads, other.shape[3])
        strided = self.strided(x.transpose(1, 2)).reshape(b, -1, x[:, 1::2].shape[1])
        parts = self.unflatten(x).reshape(b, n, x[:, :, self.parts - 1::self.parts].shape[2], self.parts)
        return other, chosen, strided, parts, *self.products(x)


def build():
    return Model(), (torch.randn(2, 6, 8),)
