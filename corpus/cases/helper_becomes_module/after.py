"""A private function and one that calls it: their classes take their places, with docstrings and comments."""
import torch
from torch import nn


class Neg(nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


# rotates by half a turn
class _RotateHalf(nn.Module):
    """Swap the halves.

    One of them changes its sign.
    """

    def __init__(self):
        super().__init__()
        self.neg = Neg()
        self.cat = Concat()

    def forward(self, x: torch.Tensor):
        first, second = x.chunk(2, -1)
        return self.cat((self.neg(second), first), -1)


class _ApplyRotary(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.mul = Multiply()
        self.rotate_half = _RotateHalf()
        self.add = Add()
        self.mul2 = Multiply()

    def forward(
        self,
        x: torch.Tensor,  # queries or keys
        sin: torch.Tensor,
        cos: torch.Tensor,
        *,
        gate: bool = False,
    ):
        # half of it turns the other way
        text = """
  not moved
"""
        if gate:
            x = self.relu(x)

        return self.add(self.mul(x, cos), self.mul2(self.rotate_half(x), sin)) if text else x  # the sum


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(8, 8)
        self.apply_rotary = _ApplyRotary()
        self.key = nn.Linear(8, 8)
        self.apply_rotary2 = _ApplyRotary()
        self.add = Add()
        self.out = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor, sin: torch.Tensor, cos: torch.Tensor):
        query = self.apply_rotary(self.query(x), sin, cos)
        key = self.apply_rotary2(self.key(x), sin, cos=cos, gate=True)
        return self.out(self.add(query, key))


def build():
    return Attention(), (torch.randn(2, 3, 8), torch.randn(3, 8), torch.randn(3, 8))
