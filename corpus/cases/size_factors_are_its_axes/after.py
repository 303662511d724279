"""A reshape that asks the tensor for all of its sizes needs none of them; one that asks for some, or for others, does."""

import torch
from torch import nn


class Pool(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.score = nn.Linear(width, 1)
        self.table = nn.Parameter(torch.randn(width, 2, 2))

    def forward(self, x, y):
        whole = x.flatten(2).permute(2, 0, 1)
        mixed = x.flatten(2).flatten(0, 1)
        own = self.table.view(self.table.shape[0], self.table.shape[1] * self.table.shape[2])
        swapped = x.reshape(x.shape[1], x.shape[0], x.shape[2], x.shape[3]).flatten(2)
        first = x.reshape(x.shape[0], x.shape[1], x.shape[2], x.shape[3]).flatten(0, 1)
        other = y.reshape(x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
        return self.score(whole.transpose(-1, -2).transpose(1, 2)), mixed, own, swapped, first, other


def build():
    return Pool(1), (torch.randn(2, 1, 6, 4), torch.randn(2, 24))
