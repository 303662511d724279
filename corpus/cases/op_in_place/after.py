"""`+=` on a tensor that nobody else sees is a sum; on one that somebody does it stays."""
import torch
from torch import nn


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3, padding=1)
        self.norm = nn.BatchNorm2d(32)
        self.add = Add()
        self.head = nn.Conv2d(32, 32, 1)

    def forward(self, x):
        shortcut = x
        out = self.conv(x)
        out = self.norm(out)
        out = self.add(out, shortcut)
        seen = self.head(out)
        kept = seen
        seen += 1.0
        return out, kept


def build():
    return Block(), (torch.randn(2, 32, 6, 6),)
