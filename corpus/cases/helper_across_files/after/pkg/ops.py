"""Helpers."""
import torch


class Neg(torch.nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class Concat(torch.nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Multiply(torch.nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class Add(torch.nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class MultiplyScalar(torch.nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input * other


# a half turn
def _half(x):
    """Half."""
    a, b = x.chunk(2, -1)
    return torch.cat([-b, a], -1)


class _Half(torch.nn.Module):
    """`_half` as a module."""

    def __init__(self):
        super().__init__()
        self.neg = Neg()
        self.cat = Concat()

    def forward(self, x: torch.Tensor):
        a, b = x.chunk(2, -1)
        return self.cat([self.neg(b), a], -1)


def apply_rot(x, sin, cos):
    return x * cos + _half(x) * sin


class ApplyRot(torch.nn.Module):
    """`apply_rot` as a module."""

    def __init__(self):
        super().__init__()
        self.mul = Multiply()
        self.half2 = _Half()
        self.add = Add()
        self.mul2 = Multiply()

    def forward(self, x: torch.Tensor, sin: torch.Tensor, cos: torch.Tensor):
        return self.add(self.mul(x, cos), self.mul2(self.half2(x), sin))


def squash(x, scale=1.0):
    return torch.tanh(x) * scale


class Squash(torch.nn.Module):
    """`squash` as a module."""

    def __init__(self):
        super().__init__()
        self.tanh = torch.nn.Tanh()
        self.mul = MultiplyScalar()

    def forward(self, x: torch.Tensor, scale=1.0):
        return self.mul(self.tanh(x), scale)
