"""What a module of one's own gives is new where all that its `forward` returns is; so is what has no name yet."""
import torch
from torch import nn


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class MultiplyScalar(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input * other


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class AddScalar(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input + other


class Neg(nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class Subtract(nn.Module):
    """`input - other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input - other


class ConvNorm(nn.Sequential):
    def __init__(self, width):
        super().__init__()
        self.add_module("conv", nn.Conv2d(width, width, 3, padding=1))
        self.add_module("bn", nn.BatchNorm2d(width))


class Gate(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = ConvNorm(width)
        self.cat = Concat()
        self.mul = MultiplyScalar()
        self.act = nn.Dropout(0.0)

    def forward(self, x: torch.Tensor, scale: float = 1.0):
        if self.training:
            x = self.conv(x)
            return self.act(x)
        return self.mul(self.cat([x, x], dim=1)[:, :8], scale)


class Block(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.first = ConvNorm(width)
        self.add = Add()
        self.second = Gate(width)
        self.add3 = AddScalar()
        self.neg = Neg()
        self.add4 = AddScalar()
        self.mul2 = Multiply()
        self.third = nn.Sequential(ConvNorm(width), nn.Dropout(0.0), nn.Identity())
        self.add2 = Add()
        self.branches = nn.ModuleList([ConvNorm(width) for _ in range(2)])
        self.adds = nn.ModuleList([Add() for _ in self.branches])
        self.mul = MultiplyScalar()
        self.exp = Exponential()
        self.sub = Subtract()
        self.sigmoid = nn.Sigmoid()
        self.head = nn.Conv2d(width, width, 1)

    def forward(self, x: torch.Tensor):
        shortcut = x
        x = self.first(x)
        x = self.add(x, shortcut)
        out = self.third(x)
        out = self.add2(out, x)
        for branch, add in zip(self.branches, self.adds):
            out = add(out, branch(x))
        y = self.mul(x, 2)
        y = self.exp(y)
        gate = self.second(x, 2.0)
        gate = self.mul2(gate, self.add4(self.neg(self.add3(y, 1)), 0.5))
        return self.head(out), gate, self.sigmoid(self.sub(x, shortcut))


def build():
    return Block(), (torch.randn(2, 8, 6, 6),)
