"""Tensors made of numbers, with `MOD102` and `MOD103`: they and what is computed of them; not the sizes, nor what is random."""
import math

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


class AddScalar(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input + other


class DivideScalar(nn.Module):
    """`input / other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input / other


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


class MultiplyScalar(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input * other


class SubtractScalar(nn.Module):
    """`input - other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input - other


class Arange(nn.Module):
    """`torch.arange` as a module."""

    def forward(
        self, end: int | float, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> torch.Tensor:
        return torch.arange(end, dtype=dtype, device=device)


class DivideRoundingScalar(nn.Module):
    """`torch.div` as a module."""

    def forward(
        self, input: torch.Tensor, other: int | float, rounding_mode: str | None
    ) -> torch.Tensor:
        return torch.div(input, other, rounding_mode=rounding_mode)


class IntMultiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: int, other: torch.Tensor) -> torch.Tensor:
        return input * other


class NumberPow(nn.Module):
    """`self.input ** exponent` as a module."""

    def __init__(self, input) -> None:
        super().__init__()
        self.input = input

    def forward(self, exponent: torch.Tensor) -> torch.Tensor:
        return self.input ** exponent


class Unbind(nn.Module):
    """`torch.unbind` as a module."""

    def forward(self, input: torch.Tensor, dim: int = 0):
        return torch.unbind(input, dim)


class Divide(nn.Module):
    """`input / other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input / other


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Sin(nn.Module):
    """`torch.sin` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.sin(input)


class Zeros(nn.Module):
    """`torch.zeros` as a module."""

    def forward(
        self, size: list[int], dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> torch.Tensor:
        return torch.zeros(size, dtype=dtype, device=device)


class BitwiseOr(nn.Module):
    """`input | other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input | other


class OnesOver2(nn.Module):
    """`torch.ones` as a module."""

    def forward(
        self,
        size0: int,
        size1: int,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> torch.Tensor:
        return torch.ones(size0, size1, dtype=dtype, device=device)


class Full(nn.Module):
    """`torch.full` as a module."""

    def forward(
        self,
        size: list[int],
        fill_value: int | float,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> torch.Tensor:
        return torch.full(size, fill_value, dtype=dtype, device=device)


class NewZeros(nn.Module):
    """`torch.Tensor.new_zeros` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        size: list[int],
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> torch.Tensor:
        return input.new_zeros(size, dtype=dtype, device=device)


class Subtract(nn.Module):
    """`input - other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input - other


class Eye(nn.Module):
    """`torch.eye` as a module."""

    def forward(
        self, n: int, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> torch.Tensor:
        return torch.eye(n, dtype=dtype, device=device)


class OnesLike(nn.Module):
    """`torch.ones_like` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> torch.Tensor:
        return torch.ones_like(input, dtype=dtype, device=device)


class Positions(nn.Module):
    def __init__(self, hidden: int, temperature: float = 10000.0, eps=1e-6):
        super().__init__()
        self.hidden = hidden
        self.temperature = temperature
        self.eps = eps
        self.scale = 2 * math.pi
        self.seen = False
        self.register_buffer("halves", torch.arange(hidden) / 2, persistent=False)
        self.arange = ArangeFrom()
        self.add = AddScalar()
        self.div = DivideScalar()
        self.linspace = Linspace()
        self.meshgrid = MeshGridIndexed2()
        self.stack = Stack()
        self.mul = MultiplyScalar()
        self.sub = SubtractScalar()
        self.arange2 = Arange()
        self.div2 = DivideRoundingScalar()
        self.mul2 = IntMultiply()
        self.div3 = DivideScalar()
        self.pow = NumberPow(input=self.temperature)
        self.unbind = Unbind()
        self.add2 = AddScalar()
        self.div4 = Divide()
        self.mul3 = MultiplyScalar()
        self.div5 = Divide()
        self.add3 = Add()
        self.mul4 = Multiply()
        self.cat = Concat()
        self.sin = Sin()
        self.zeros = Zeros()
        self.bitwise_or = BitwiseOr()
        self.ones = OnesOver2()
        self.full = Full()
        self.add4 = Add()
        self.new_zeros = NewZeros()
        self.sub2 = Subtract()
        self.eye = Eye()
        self.add5 = Add()
        self.mul5 = Multiply()
        self.mul6 = Multiply()
        self.add6 = Add()
        self.mul7 = Multiply()
        self.ones_like = OnesLike()
        self.proj = nn.Conv2d(2 * hidden, 8, 1)

    def grid(self, height: int, width: int, device: torch.device):
        y = self.div(self.add(self.arange(0.5, height, device=device), 0.5), height + 1)
        x = self.linspace(-1, 1, steps=width, device=device)
        grid = self.stack(self.meshgrid(y, x, indexing="ij"), dim=-1)
        return self.sub(self.mul(grid, 2), 1)

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        half = h // 2 + w % 2
        if not self.seen:
            self.seen = True
        steps = self.arange2(self.hidden, device=x.device).to(torch.float32)
        steps = self.pow(self.div3(self.mul2(2, self.div2(steps, 2, rounding_mode="floor")), self.hidden))
        ys, xs = self.unbind(self.grid(h, w, x.device), -1)
        ys = self.mul3(self.div4(ys, self.add2(ys[-1:], self.eps)), self.scale)
        angles = self.cat((self.div5(ys[..., None], steps), self.mul4(xs[..., None], self.add3(steps, self.halves))), dim=-1)
        table = self.proj(self.sin(angles.permute(2, 0, 1)[None]))
        mask = self.bitwise_or(self.zeros((h, w), dtype=torch.bool, device=x.device), self.ones(1, 5, dtype=torch.bool))
        filled = self.sub2(self.add4(self.full((half, 1), float("-inf")), self.new_zeros(x, (half, half))), self.eye(half))
        if self.training:
            table = self.add5(table, self.mul5(torch.empty_like(table).uniform_(0.0, 1.0), torch.rand(1)))
        return self.add6(self.mul6(x, mask), self.mul7(table, self.ones_like(x))), filled


def build():
    return Positions(4), (torch.randn(2, 8, 6, 5),)
