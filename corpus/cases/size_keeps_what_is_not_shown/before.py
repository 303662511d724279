"""Computed sizes that stay, since it is not shown which axes they are made of."""

import torch
from torch import nn


class Kept(nn.Module):
    def __init__(self, heads=2):
        super().__init__()
        self.heads = heads
        self.mix = nn.Sequential(nn.Linear(8, 8))

    def forward(self, x: torch.Tensor, other: torch.Tensor):
        b, n, c = x.shape
        if n > 99:
            raise ValueError(n)
        # Another tensor, whose axes nobody has counted.
        y = other.view(b, n, self.heads, c // self.heads)
        # The tensor under the name is another one by now.
        x = torch.cat([x, x], dim=1)
        w = x.reshape(b, 2 * n, self.heads, c // self.heads)
        # Two sizes of one axis are computed.
        v = (x + 0).view(b, 2 * n, c // 4, c // 2)
        # What is left of the name would be an assignment that nothing reads.
        part: int = c // self.heads
        u = self.mix(x)
        x = x[..., : c // 2]
        t = x.reshape(b, -1, c // 4, 2)
        # Neither a product nor a quotient.
        s = x.reshape(b + 0, -1)
        return y, w, v, u, t, s, torch.tensor(part)


class Growing(nn.Module):
    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        x = x.detach().clone()
        x.resize_(b, n, c)
        x.unsqueeze_(0)
        y = x.view(b, n, c // 2, 2)
        for _ in range(2):
            y = y.reshape(b, n * 2, c // 2)
            n, c = n * 2, c // 2
        return y


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.kept = Kept()
        self.growing = Growing()

    def forward(self, x: torch.Tensor, other: torch.Tensor):
        return (*self.kept(x, other), self.growing(x))


def build():
    return Both(), (torch.randn(2, 6, 8), torch.randn(2, 6, 8))
