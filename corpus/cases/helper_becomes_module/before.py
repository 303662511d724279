"""A private function and one that calls it: their classes take their places, with docstrings and comments."""
import torch
import torch.nn.functional as F
from torch import nn


# rotates by half a turn
def _rotate_half(x):
    """Swap the halves.

    One of them changes its sign.
    """
    first, second = x.chunk(2, -1)
    return torch.cat((-second, first), -1)


def _apply_rotary(
    x,  # queries or keys
    sin,
    cos,
    *,
    gate: bool = False,
):
    # half of it turns the other way
    text = """
  not moved
"""
    if gate:
        x = F.relu(x)

    return x * cos + _rotate_half(x) * sin if text else x  # the sum


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(8, 8)
        self.key = nn.Linear(8, 8)
        self.out = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor, sin: torch.Tensor, cos: torch.Tensor):
        query = _apply_rotary(self.query(x), sin, cos)
        key = _apply_rotary(self.key(x), sin, cos=cos, gate=True)
        return self.out(query + key)


def build():
    return Attention(), (torch.randn(2, 3, 8), torch.randn(3, 8), torch.randn(3, 8))
