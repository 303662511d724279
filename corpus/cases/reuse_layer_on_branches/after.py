"""The first call runs whenever a further one does, be it in another method; further calls that exclude each other share one."""
import torch
from torch import nn


class FunctionalLinear(nn.Module):
    """`torch.nn.functional.linear` as a module."""

    def forward(
        self, input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
    ) -> torch.Tensor:
        return nn.functional.linear(input, weight, bias)


class Model(nn.Module):
    def __init__(self, deep=True):
        super().__init__()
        self.deep = deep
        if deep:
            self.proj = nn.Linear(8, 8)
            self.linear = FunctionalLinear()
        else:
            self.proj = nn.Linear(8, 8, bias=False)
            self.linear = FunctionalLinear()
        self.last = nn.Identity()

    def embed(self, x):
        return self.proj(x)

    def forward(self, x, y):
        x = self.embed(x)
        if self.deep:
            y = self.linear(y, self.proj.weight, self.proj.bias)
        else:
            y = self.linear(-y, self.proj.weight, self.proj.bias)
        return self.last(x + y)


def build():
    return Model(), (torch.randn(2, 8), torch.randn(2, 8))
