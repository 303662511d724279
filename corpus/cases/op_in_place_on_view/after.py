"""Writes into a view of a tensor that nobody reads: a module writes in place too, since gradients are computed another way."""
import torch
from torch import nn


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class InplaceAdd(nn.Module):
    """`input += other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        input += other
        return input


class InplaceMultiplyScalar(nn.Module):
    """`input *= other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        input *= other
        return input


class InplaceSubtractScalar(nn.Module):
    """`input -= other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        input -= other
        return input


class InplaceDivideScalar(nn.Module):
    """`input /= other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        input /= other
        return input


class Mean(nn.Module):
    """`torch.mean` as a module."""

    def forward(self, input: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
        return torch.mean(input, dtype=dtype)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Ghost(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.first = nn.Conv2d(width, (width + 1) // 2, 1)
        self.cat = Concat()
        self.second = nn.Conv2d((width + 1) // 2, (width + 1) // 2, 3, padding=1)

    def forward(self, x):
        x1 = self.first(x)
        x2 = self.second(x1)
        out = self.cat([x1, x2], dim=1)
        return out[:, :self.width, :, :]


class Flat(nn.Sequential):
    def __init__(self, width):
        super().__init__(nn.Conv2d(width, width, 1), nn.Flatten(2))


class Block(nn.Module):
    def __init__(self, width=5):
        super().__init__()
        self.ghost1 = Ghost(width)
        self.mean = Mean()
        self.add3 = InplaceAdd()
        self.flatten2 = nn.Flatten(start_dim=2)
        self.cat = Concat()
        self.ghost2 = Ghost(width)
        self.shortcut = nn.Identity()
        self.add = InplaceAdd()
        self.layers = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(2)])
        self.muls = nn.ModuleList([InplaceMultiplyScalar() for _ in self.layers])
        self.adds = nn.ModuleList([Add() for _ in self.layers])
        self.add2 = InplaceAdd()
        self.sub = InplaceSubtractScalar()
        self.div = InplaceDivideScalar()
        self.flatten = nn.Flatten(start_dim=2)
        self.mul = InplaceMultiplyScalar()
        self.flat = Flat(width)
        self.bias = nn.Parameter(torch.ones(1, width, 1))
        self.scale = nn.Parameter(torch.ones(width, 1))

    def forward(self, x):
        shortcut = x
        x = self.ghost1(x)
        x = self.ghost2(x)
        x = self.add(x, self.shortcut(shortcut))  # the rest of what is concatenated is lost
        for layer, mul, add in zip(self.layers, self.muls, self.adds):
            y = layer(x)[:, :1]
            y = mul(y, 0.5)
            x = add(x, y)
        flat = self.flat(x)
        flat = self.add2(flat, self.bias)
        turned = flat.transpose(1, 2)
        turned = self.sub(turned, 1)
        rows = self.flat(x)
        part = rows[:, 1:]
        part = self.div(part, 2.0)
        rows = self.flatten(x)
        whole = self.ghost1(shortcut)
        seen = whole
        whole = self.add3(whole, self.mean(part))
        joined = self.cat([turned.transpose(1, 2), rows, self.flatten2(whole)], dim=1)
        return joined, self.mul(self.flat(shortcut)[:, :3], 2)


def build():
    return Block(), (torch.randn(2, 5, 4, 4).to(memory_format=torch.channels_last),)
