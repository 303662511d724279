"""The first call runs whenever a further one does, be it in another method; further calls that exclude each other share one."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, deep=True):
        super().__init__()
        self.deep = deep
        if deep:
            self.proj = nn.Linear(8, 8)
        else:
            self.proj = nn.Linear(8, 8, bias=False)
        self.last = nn.Identity()

    def embed(self, x):
        return self.proj(x)

    def forward(self, x, y):
        x = self.embed(x)
        if self.deep:
            y = self.proj(y)
        else:
            y = self.proj(-y)
        return self.last(x + y)


def build():
    return Model(), (torch.randn(2, 8), torch.randn(2, 8))
