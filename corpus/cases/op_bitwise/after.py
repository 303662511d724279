"""Operators whose plain names are keywords of Python."""
import torch
from torch import nn


class GreaterScalar(nn.Module):
    """`input > other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input > other


class LessScalar(nn.Module):
    """`input < other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input < other


class BitwiseAnd(nn.Module):
    """`input & other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input & other


class NotEqualScalar(nn.Module):
    """`input != other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input != other


class BitwiseNot(nn.Module):
    """`~input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return ~input


class GreaterEqualScalar(nn.Module):
    """`input >= other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input >= other


class BitwiseOr(nn.Module):
    """`input | other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input | other


class BitwiseXor(nn.Module):
    """`input ^ other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input ^ other


class Neg(nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class Where(nn.Module):
    """`torch.where` as a module."""

    def forward(
        self, condition: torch.Tensor, input: torch.Tensor, other: torch.Tensor
    ) -> torch.Tensor:
        return torch.where(condition, input, other)


class Band(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.gt = GreaterScalar()
        self.lt = LessScalar()
        self.bitwise_and = BitwiseAnd()
        self.ne = NotEqualScalar()
        self.bitwise_not = BitwiseNot()
        self.ge = GreaterEqualScalar()
        self.bitwise_or = BitwiseOr()
        self.bitwise_xor = BitwiseXor()
        self.neg = Neg()
        self.where = Where()
        self.last = nn.Linear(8, 8)

    def forward(self, x):
        x = self.first(x)
        inside = self.bitwise_or(self.bitwise_and(self.gt(x, -1), self.lt(x, 1)), self.bitwise_xor(self.bitwise_not(self.ne(x, 2)), self.ge(x, 3)))
        return self.last(self.where(inside, x, self.neg(x)))


def build():
    return Band(), (torch.randn(2, 8),)
