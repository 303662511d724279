"""Calls by name, through the module, in a loop; a private function goes."""
import torch
from torch import nn

from .ops import apply_rot
from . import ops


def _norm(x: torch.Tensor, eps: float = 1e-6):
    # rms
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)


class Attn(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.Linear(8, 8)
        self.k = nn.Linear(8, 8)
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])
        self.out = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor, sin: torch.Tensor, cos: torch.Tensor):
        x = _norm(x)
        for layer in self.layers:
            x = ops.squash(layer(x), scale=2.0)
        q = apply_rot(self.q(x), sin, cos)
        k = apply_rot(self.k(x), sin, cos)
        return self.out(q + k)
