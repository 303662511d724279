"""Operations that keep the shape unless the other operand has a larger one."""

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, scale=0.5):
        super().__init__()
        self.scale = scale

    def scaled(self, x: torch.Tensor, scale=1.0):
        parts = 2
        b, n, c = x.shape
        x = x * scale
        return x.reshape(b, n, parts, c // parts)

    def forward(self, x: torch.Tensor, larger: torch.Tensor):
        b, n, c = x.shape
        filled = x.masked_fill(larger > 0, 0.5).reshape(b, n, 2, c // 2)
        clamped = x.clamp(min=larger).reshape(b, n, 2, c // 2)
        mask = torch.ones(b, n, dtype=torch.bool)
        masked = x[~mask].reshape(n * 0, 2, c // 2)
        same = x.clamp(min=0.1, max=1) * self.scale
        same = same.reshape(b, n, 2, c // 2)
        return filled, clamped, masked, same, self.scaled(x, larger)


def build():
    return Model(), (torch.randn(1, 6, 8), torch.randn(1, 1, 1, 8))
