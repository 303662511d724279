"""Products among the first sizes of a reshape, where more follow that nobody lists."""
import torch
from torch import nn


class Pool(nn.Module):
    def __init__(self, pool):
        super().__init__()
        self.pool = pool

    def forward(self, x: torch.Tensor, grid: tuple[int, ...]):
        batch, heads, tokens, width = x.shape
        x = x.transpose(2, 3).reshape((batch * heads, width) + grid)
        return self.pool(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = Pool(nn.AvgPool2d(2))
        self.pool3 = Pool(nn.AvgPool3d((1, 2, 2)))
        self.extra = (2, 2)

    def forward(self, x: torch.Tensor):
        batch, heads, tokens, width = x.shape
        first = self.pool(x, (4, 6))
        second = self.pool3(x, (2, 2, 6))
        last = x.reshape((batch, heads * width * tokens) + ())
        kept = x.reshape((*x.shape[:2], tokens * width) + ())
        bracketed = x.reshape(((batch * heads), tokens) + (-1,))
        counted = x.reshape((batch * 2, -1) + self.extra)
        return first, second, last, kept, bracketed, counted


def build():
    return Model(), (torch.randn(2, 3, 24, 4),)
