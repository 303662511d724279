"""Calls by name, through the module, in a loop; a private function goes."""
import torch
from torch import nn

from .ops import ApplyRot
from . import ops


class PowScalar(nn.Module):
    """`input ** exponent` as a module."""

    def forward(self, input: torch.Tensor, exponent: int | float) -> torch.Tensor:
        return input ** exponent


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self, input: torch.Tensor, dim: int, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class AddScalar(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input + other


class RSqrt(nn.Module):
    """`torch.rsqrt` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.rsqrt(input)


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class _Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.pow = PowScalar()
        self.mean = MeanOver()
        self.add = AddScalar()
        self.rsqrt = RSqrt()
        self.mul = Multiply()

    def forward(self, x: torch.Tensor, eps: float = 1e-6):
        # rms
        return self.mul(x, self.rsqrt(self.add(self.mean(self.pow(x, 2), -1, keepdim=True), eps)))


class Attn(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.Linear(8, 8)
        self.apply_rot = ApplyRot()
        self.k = nn.Linear(8, 8)
        self.norm = _Norm()
        self.apply_rot2 = ApplyRot()
        self.add = Add()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])
        self.squashs = nn.ModuleList([ops.Squash() for _ in self.layers])
        self.out = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor, sin: torch.Tensor, cos: torch.Tensor):
        x = self.norm(x)
        for layer, squash in zip(self.layers, self.squashs):
            x = squash(layer(x), scale=2.0)
        q = self.apply_rot(self.q(x), sin, cos)
        k = self.apply_rot2(self.k(x), sin, cos)
        return self.out(self.add(q, k))
