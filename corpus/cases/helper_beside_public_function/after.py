"""A function that others may import stays, and so does a private one that is called elsewhere too. Loops get a list."""
import torch
from torch import nn
from torch.nn import functional as F


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class DivideScalar(nn.Module):
    """`input / other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input / other


class Clamp(nn.Module):
    """`torch.clamp` as a module."""

    def forward(
        self, input: torch.Tensor, min: int | float | None = None, max: int | float | None = None
    ) -> torch.Tensor:
        return torch.clamp(input, min, max)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


def drop_path(x, drop_prob: float = 0.0, training: bool = False):
    """Drop whole samples."""
    if drop_prob == 0.0 or not training:
        return x
    keep = 1 - drop_prob
    shape = (x.shape[0],) + (1,) * (x.ndim - 1)
    return x * x.new_empty(shape).bernoulli_(keep) / keep


class DropPath(nn.Module):
    """`drop_path` as a module."""

    def __init__(self):
        super().__init__()
        self.mul = Multiply()
        self.div = DivideScalar()

    def forward(self, x: torch.Tensor, drop_prob: float = 0.0, training: bool = False):
        if drop_prob == 0.0 or not training:
            return x
        keep = 1 - drop_prob
        shape = (x.shape[0],) + (1,) * (x.ndim - 1)
        return self.div(self.mul(x, x.new_empty(shape).bernoulli_(keep)), keep)


def _squash(x: torch.Tensor) -> torch.Tensor: return F.softsign(x).clamp(max=0.5)  # one line


class _Squash(nn.Module):
    """`_squash` as a module."""

    def __init__(self):
        super().__init__()
        self.softsign = nn.Softsign()
        self.clamp = Clamp()

    def forward(self, x: torch.Tensor) -> torch.Tensor: return self.clamp(self.softsign(x), max=0.5)  # one line


TABLE = _squash(torch.arange(4.0))


class Blocks(nn.Module):
    def __init__(self, drop_prob=0.3):
        super().__init__()
        self.drop_prob = drop_prob
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.drop_paths = nn.ModuleList([DropPath() for _ in self.layers])
        self.adds = nn.ModuleList([Add() for _ in self.layers])
        self.squash = _Squash()
        self.out = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor):
        for layer, add, drop_path2 in zip(self.layers, self.adds, self.drop_paths):
            x = add(x, drop_path2(layer(x), self.drop_prob, self.training))
        return self.out(self.squash(x))


def build():
    return Blocks(), (torch.randn(2, 4),)
