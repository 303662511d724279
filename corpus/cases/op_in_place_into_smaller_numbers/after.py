"""Writes in place into numbers of a smaller type: out of place they would become those of the larger one."""
import torch
from torch import nn


class AddInPlace(nn.Module):
    """`input += other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        input += other
        return input


class Mixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.add = AddInPlace()
        self.last = nn.Linear(8, 8)

    def forward(self, x):
        y = self.first(x).half().clone()
        y = self.add(y, self.last(x))
        z = torch.zeros_like(y)
        z.add_(self.last(x))
        return y, z


def build():
    return Mixed(), (torch.randn(2, 8),)
