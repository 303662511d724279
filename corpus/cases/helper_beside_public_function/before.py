"""A function that others may import stays, and so does a private one that is called elsewhere too. Loops get a list."""
import torch
from torch import nn
from torch.nn import functional as F


def drop_path(x, drop_prob: float = 0.0, training: bool = False):
    """Drop whole samples."""
    if drop_prob == 0.0 or not training:
        return x
    keep = 1 - drop_prob
    shape = (x.shape[0],) + (1,) * (x.ndim - 1)
    return x * x.new_empty(shape).bernoulli_(keep) / keep


def _squash(x: torch.Tensor) -> torch.Tensor: return F.softsign(x).clamp(max=0.5)  # one line


TABLE = _squash(torch.arange(4.0))


class Blocks(nn.Module):
    def __init__(self, drop_prob=0.3):
        super().__init__()
        self.drop_prob = drop_prob
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.out = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor):
        for layer in self.layers:
            x = x + drop_path(layer(x), self.drop_prob, self.training)
        return self.out(_squash(x))


def build():
    return Blocks(), (torch.randn(2, 4),)
