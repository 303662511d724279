"""Operations within operations all land, in one pass."""
import torch
from torch import nn


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Neg(nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class Subtract(nn.Module):
    """`input - other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input - other


class DivideScalar(nn.Module):
    """`input / other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input / other


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self, input: torch.Tensor, dim: int, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class MatMul(nn.Module):
    """`input @ other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input @ other


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.add = Add()
        self.neg = Neg()
        self.sub = Subtract()
        self.div = DivideScalar()
        self.cat = Concat()
        self.mean = MeanOver()
        self.mul = Multiply()
        self.add2 = Add()
        self.matmul = MatMul()
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        a, b = self.conv1(x), self.conv2(x)
        return self.add2(self.mul(self.add(a, b), self.mean(self.cat((self.neg(a), self.div(self.sub(b, a), 2)), 1), 1, keepdim=True)), self.matmul(a, b))


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
