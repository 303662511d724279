"""Positions up to a computed size, with `MOD109` and `MOD103`: those that count integers from a constant start at zero instead."""
import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(8, 8)

    def table(self, height: int, width: float):
        rows = torch.arange(1, height + 1, device=self.proj.weight.device).to(torch.float32)
        other = torch.arange(1, width + 1).sum() + torch.arange(1, height + 2).sum()
        typed = torch.arange(1, height + 1, dtype=torch.float16) * torch.arange(1.0, height + 1)
        return rows.unsqueeze(1) * typed.unsqueeze(1), other

    def forward(self, x: torch.Tensor):
        h, w = x.shape[1:]
        n = x.shape[1] / 2
        rows, other = self.table(h, 3.0)
        columns = torch.arange(2, 2 + w, device=x.device) * 2 - torch.arange(1, n + 1).sum()
        commented = torch.arange(1, h + 1  # both ends
                                 ) + torch.arange(3, x.size(1) + 3)
        return self.proj(x) * rows + columns, other, commented


def build():
    return Positions(), (torch.randn(2, 4, 8),)
