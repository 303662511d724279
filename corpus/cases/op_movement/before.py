"""Calls that only move data, with `MOD103`: those that AIMET's validator knows by another name stay as they are."""
import torch
from torch import nn


class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor):
        y = torch.swapaxes(self.proj(x), 1, 2).swapdims(1, 2)
        y = torch.movedim(y, 0, -1).moveaxis((-1,), (0,))
        y = y.view_as(x)
        first, second = y.hsplit(2)
        bias = second.broadcast_to(2, -1, -1)
        first = first.ravel().view(first.shape)
        return bias, first.type_as(x), y


def build():
    return Mix(), (torch.randn(2, 4, 8),)
