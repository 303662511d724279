"""Numbers that `__init__` computes from arguments nobody has annotated: the op module takes a number, also in TorchScript."""
import torch
from torch import nn


class Scores(nn.Module):
    def __init__(self, width=8, heads=2, scale=None):
        super().__init__()
        head_width = width // heads
        self.scale = scale or head_width ** -0.5
        self.limit = 2 * width
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)

    def forward(self, x: torch.Tensor):
        scores = self.query(x) * self.scale
        return self.key(x) / self.limit, scores


def build():
    torch.jit.script(Scores())
    return Scores(), (torch.randn(2, 8),)
