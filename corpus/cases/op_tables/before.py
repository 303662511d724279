"""Tensors made of numbers, with `MOD102` and `MOD103`: they and what is computed of them; not the sizes, nor what is random."""
import math

import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self, hidden: int, temperature: float = 10000.0, eps=1e-6):
        super().__init__()
        self.hidden = hidden
        self.temperature = temperature
        self.eps = eps
        self.scale = 2 * math.pi
        self.seen = False
        self.register_buffer("halves", torch.arange(hidden) / 2, persistent=False)
        self.proj = nn.Conv2d(2 * hidden, 8, 1)

    def grid(self, height: int, width: int, device: torch.device):
        y = (torch.arange(0.5, height, device=device) + 0.5) / (height + 1)
        x = torch.linspace(-1, 1, steps=width, device=device)
        grid = torch.stack(torch.meshgrid(y, x, indexing="ij"), dim=-1)
        return grid * 2 - 1

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        half = h // 2 + w % 2
        if not self.seen:
            self.seen = True
        steps = torch.arange(self.hidden, device=x.device).to(torch.float32)
        steps = self.temperature ** (2 * torch.div(steps, 2, rounding_mode="floor") / self.hidden)
        ys, xs = self.grid(h, w, x.device).unbind(-1)
        ys = ys / (ys[-1:] + self.eps) * self.scale
        angles = torch.cat((ys[..., None] / steps, xs[..., None] * (steps + self.halves)), dim=-1)
        table = self.proj(angles.permute(2, 0, 1)[None].sin())
        mask = torch.zeros((h, w), dtype=torch.bool, device=x.device) | torch.ones(1, 5, dtype=torch.bool)
        filled = torch.full((half, 1), float("-inf")) + x.new_zeros((half, half)) - torch.eye(half)
        if self.training:
            table = table + torch.empty_like(table).uniform_(0.0, 1.0) * torch.rand(1)
        return x * mask + table * torch.ones_like(x), filled


def build():
    return Positions(4), (torch.randn(2, 8, 6, 5),)
