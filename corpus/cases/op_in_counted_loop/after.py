"""Loops that count: a list of modules counts its own turns. TorchScript takes such a list, but not in step with a range."""
import torch
from torch import nn


class Square(nn.Module):
    """`torch.square` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.square(input)


class MatMul(nn.Module):
    """`input @ other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input @ other


class Sin(nn.Module):
    """`torch.sin` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.sin(input)


class Neg(nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class AddScalar(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input + other


class FunctionalMatMul(nn.Module):
    """`torch.matmul` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return torch.matmul(input, other)


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Steps(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.depth = depth
        self.first = nn.Linear(8, 8)
        self.squares = nn.ModuleList([Square() for _ in range(self.depth)])
        self.negs = nn.ModuleList([Neg() for _ in self.squares])
        self.exps = nn.ModuleList([Exponential() for _ in self.squares])
        self.squares2 = nn.ModuleList([Square() for _ in range(3)])
        self.tanhs = nn.ModuleList([nn.Tanh() for _ in self.squares2])
        self.adds = nn.ModuleList([AddScalar() for _ in self.squares2])
        self.sins = nn.ModuleList([Sin() for _ in range(2)])
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(8, 8)) for _ in range(depth)])
        self.matmuls3 = nn.ModuleList([FunctionalMatMul() for _ in self.weights])
        self.matmuls2 = nn.ModuleList([FunctionalMatMul() for _ in self.weights])
        self.matmuls = nn.ModuleList([MatMul() for _ in self.weights])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        x = self.first(x)
        for square, neg, exp in zip(self.squares, self.negs, self.exps):
            x = exp(neg(square(x)))
        for i, (square, add, tanh) in enumerate(zip(self.squares2, self.adds, self.tanhs)):
            x = tanh(add(square(x), i))
        for i, (weight, matmul, matmul2, matmul3) in enumerate(zip(
            self.weights, self.matmuls, self.matmuls2, self.matmuls3
        )):
            x = matmul(x, weight) if i else matmul3(matmul2(x, weight), weight)
        waves = [sin(x) for sin in self.sins]
        for _ in range(2):
            x = torch.cos(x)
            if x.shape[0] > 100:
                break
        return self.head(x), waves[0], waves[1]


def build():
    return torch.jit.script(Steps()) and Steps(), (torch.randn(2, 8),)
