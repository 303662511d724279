"""Loops over parts of a list of modules, over its children, or over a tuple that is written out."""
import torch
from torch import nn


class Sin(nn.Module):
    """`torch.sin` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.sin(input)


class Cos(nn.Module):
    """`torch.cos` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.cos(input)


class Square(nn.Module):
    """`torch.square` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.square(input)


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Tan(nn.Module):
    """`torch.tan` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.tan(input)


class Scripted(nn.Module):
    def __init__(self, depth=4):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(depth)])
        self.sins = nn.ModuleList([Sin() for _ in self.layers])
        self.cos = nn.ModuleList([Cos() for _ in self.layers])
        self.squares = nn.ModuleList([Square() for _ in self.layers])
        self.exps = nn.ModuleList([Exponential() for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for layer, sin in zip(self.layers.children(), self.sins):
            x = sin(layer(x))
        for (name, layer), cos in zip(self.layers.named_children(), self.cos):
            x = cos(layer(x))
        for i, (layer, square) in enumerate(zip(self.layers, self.squares), 1):
            x = square(layer(x)) + i
        for sign, exp in zip((1, -1), self.exps):
            x = exp(-x.abs()) * sign
        return self.head(x)


class Eager(nn.Module):
    def __init__(self, depth=4):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(8, 8) for _ in range(depth)])
        self.sins = nn.ModuleList([Sin() for _ in self.layers[1:]])
        self.cos = nn.ModuleList([Cos() for _ in self.layers[:-1]])
        self.squares = nn.ModuleList([Square() for _ in self.layers])
        self.exps = nn.ModuleList([Exponential() for _ in self.layers])
        self.tans = nn.ModuleList([Tan() for _ in self.layers])
        self.head = nn.Linear(8, 8)

    def cut(self):
        self.layers = self.layers[:2]
        return self

    def forward(self, x):
        for layer, sin in zip(self.layers[1:], self.sins):
            x = sin(layer(x))
        for layer, cos in zip(self.layers[:-1], self.cos):
            x = cos(layer(x))
        for layer, square in zip(reversed(self.layers), self.squares):
            x = square(layer(x))
        for layer, exp in zip(self.layers._modules.values(), self.exps):
            x = exp(-layer(x).abs())
        for (name, layer), tan in zip(self.layers._modules.items(), self.tans):
            x = tan(layer(x))
        return self.head(x)


def build():
    return nn.Sequential(torch.jit.script(Scripted()) and Scripted(), Eager(), Eager().cut()), (torch.randn(2, 8),)
