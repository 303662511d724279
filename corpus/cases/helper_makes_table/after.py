"""Functions into which no tensor goes: one that makes a table becomes a module, those that work out sizes stay."""
import math

import torch
from torch import nn


class Arange(nn.Module):
    """`torch.arange` as a module."""

    def forward(
        self, end: int | float, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> torch.Tensor:
        return torch.arange(end, dtype=dtype, device=device)


class DivideScalar(nn.Module):
    """`input / other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input / other


class FloatPow(nn.Module):
    """`input ** exponent` as a module."""

    def forward(self, input: float, exponent: torch.Tensor) -> torch.Tensor:
        return input ** exponent


class FloatDivide(nn.Module):
    """`input / other` as a module."""

    def forward(self, input: float, other: torch.Tensor) -> torch.Tensor:
        return input / other


class AddScalar(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input + other


class Linspace(nn.Module):
    """`torch.linspace` as a module."""

    def forward(
        self,
        start: int | float,
        end: int | float,
        steps: int,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> torch.Tensor:
        return torch.linspace(start, end, steps, dtype=dtype, device=device)


class MeshGridIndexed2(nn.Module):
    """`torch.meshgrid` as a module."""

    def forward(self, tensor0: torch.Tensor, tensor1: torch.Tensor, indexing: str):
        return torch.meshgrid(tensor0, tensor1, indexing=indexing)


class Stack(nn.Module):
    """`torch.stack` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.stack(tensors, dim)


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class Sin(nn.Module):
    """`torch.sin` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.sin(input)


class Cos(nn.Module):
    """`torch.cos` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.cos(input)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


def frequencies(count: int, temperature: float = 100.0) -> torch.Tensor:
    exponents = torch.arange(count, dtype=torch.float32) / count
    return 1.0 / (temperature ** exponents)


class Frequencies(nn.Module):
    """`frequencies` as a module."""

    def __init__(self):
        super().__init__()
        self.arange = Arange()
        self.div = DivideScalar()
        self.pow = FloatPow()
        self.div2 = FloatDivide()

    def forward(self, count: int, temperature: float = 100.0) -> torch.Tensor:
        exponents = self.div(self.arange(count, dtype=torch.float32), count)
        return self.div2(1.0, self.pow(temperature, exponents))


def rotary(height: int, width: int, count: int):
    """Sines and cosines, one row for each position."""
    bands = frequencies(count)
    y = torch.arange(height).float() + 0.5
    x = torch.linspace(0, 1, width)
    grid = torch.stack(torch.meshgrid(y, x, indexing="ij"), dim=-1).reshape(height * width, 2)
    angles = (grid[..., None] * bands).flatten(1)
    return angles.sin(), angles.cos()


class Rotary(nn.Module):
    """`rotary` as a module."""

    def __init__(self):
        super().__init__()
        self.frequencies = Frequencies()
        self.arange = Arange()
        self.add = AddScalar()
        self.linspace = Linspace()
        self.meshgrid = MeshGridIndexed2()
        self.stack = Stack()
        self.mul = Multiply()
        self.flatten = nn.Flatten(start_dim=1)
        self.sin = Sin()
        self.cos = Cos()

    def forward(self, height: int, width: int, count: int):
        bands = self.frequencies(count)
        y = self.add(self.arange(height).float(), 0.5)
        x = self.linspace(0, 1, width)
        grid = self.stack(self.meshgrid(y, x, indexing="ij"), dim=-1).reshape(height * width, 2)
        angles = self.flatten(self.mul(grid[..., None], bands))
        return self.sin(angles), self.cos(angles)


def halved(size: int) -> int:
    return int(torch.ceil(torch.tensor(size / 2)).item()) + math.ceil(size / 2) - size // 2


class Model(nn.Module):
    def __init__(self, width: int = 8):
        super().__init__()
        self.width = width
        self.rotary = Rotary()
        self.flatten = nn.Flatten(start_dim=2)
        self.mul = Multiply()
        self.add = Add()
        self.mul2 = Multiply()
        self.proj = nn.Linear(width, width)

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        sin, cos = self.rotary(h, w, self.width // 2)
        tokens = self.proj(self.flatten(x).transpose(1, 2))
        return self.add(self.mul(tokens, sin), self.mul2(tokens, cos)), tokens[:, : halved(h)]


def build():
    return Model(), (torch.randn(2, 8, 4, 5),)
