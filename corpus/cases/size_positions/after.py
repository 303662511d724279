"""Positions up to a computed size, with `MOD109` and `MOD103`: those that count integers from a constant start at zero instead."""
import torch
from torch import nn


class ArangeFrom(nn.Module):
    """`torch.arange` as a module."""

    def forward(
        self,
        start: int | float,
        end: int | float,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> torch.Tensor:
        return torch.arange(start, end, dtype=dtype, device=device)


class Sum(nn.Module):
    """`torch.sum` as a module."""

    def forward(self, input: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
        return torch.sum(input, dtype=dtype)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class MultiplyScalar(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input * other


class Subtract(nn.Module):
    """`input - other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input - other


class Arange(nn.Module):
    """`torch.arange` as a module."""

    def forward(
        self, end: int | float, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> torch.Tensor:
        return torch.arange(end, dtype=dtype, device=device)


class AddScalar(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input + other


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.arange6 = Arange()
        self.add4 = AddScalar()
        self.arange = ArangeFrom()
        self.sum = Sum()
        self.arange2 = ArangeFrom()
        self.sum2 = Sum()
        self.add = Add()
        self.arange3 = ArangeFrom()
        self.mul = Multiply()
        self.arange4 = ArangeFrom()
        self.mul2 = Multiply()
        self.arange7 = Arange()
        self.add5 = AddScalar()
        self.mul3 = MultiplyScalar()
        self.arange5 = ArangeFrom()
        self.sum3 = Sum()
        self.sub = Subtract()
        self.arange8 = Arange()
        self.add6 = AddScalar()
        self.arange9 = Arange()
        self.add7 = AddScalar()
        self.add2 = Add()
        self.mul4 = Multiply()
        self.add3 = Add()
        self.proj = nn.Linear(8, 8)

    def table(self, height: int, width: float):
        rows = (self.add4(self.arange6(height, device=self.proj.weight.device), 1)).to(torch.float32)
        other = self.add(self.sum(self.arange(1, width + 1)), self.sum2(self.arange2(1, height + 2)))
        typed = self.mul(self.arange3(1, height + 1, dtype=torch.float16), self.arange4(1.0, height + 1))
        return self.mul2(rows.unsqueeze(1), typed.unsqueeze(1)), other

    def forward(self, x: torch.Tensor):
        h, w = x.shape[1:]
        n = x.shape[1] / 2
        rows, other = self.table(h, 3.0)
        columns = self.sub(self.mul3((self.add5(self.arange7(w, device=x.device), 2)), 2), self.sum3(self.arange5(1, n + 1)))
        commented = self.add2((self.add6(self.arange8(h  # both ends
                                 ), 1)), (self.add7(self.arange9(x.size(1)), 3)))
        return self.add3(self.mul4(self.proj(x), rows), columns), other, commented


def build():
    return Positions(), (torch.randn(2, 4, 8),)
