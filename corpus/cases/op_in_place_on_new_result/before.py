"""What a module of one's own gives is new where all that its `forward` returns is; so is what has no name yet."""
import torch
from torch import nn


class ConvNorm(nn.Sequential):
    def __init__(self, width):
        super().__init__()
        self.add_module("conv", nn.Conv2d(width, width, 3, padding=1))
        self.add_module("bn", nn.BatchNorm2d(width))


class Gate(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = ConvNorm(width)
        self.act = nn.Dropout(0.0)

    def forward(self, x: torch.Tensor, scale: float = 1.0):
        if self.training:
            x = self.conv(x)
            return self.act(x)
        return torch.cat([x, x], dim=1)[:, :8] * scale


class Block(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.first = ConvNorm(width)
        self.second = Gate(width)
        self.third = nn.Sequential(ConvNorm(width), nn.Dropout(0.0), nn.Identity())
        self.branches = nn.ModuleList([ConvNorm(width) for _ in range(2)])
        self.head = nn.Conv2d(width, width, 1)

    def forward(self, x: torch.Tensor):
        shortcut = x
        x = self.first(x)
        x += shortcut
        out = self.third(x)
        out += x
        for branch in self.branches:
            out += branch(x)
        y = x * 2
        torch.exp_(y)
        gate = self.second(x, 2.0)
        gate *= (y + 1).neg_().add_(0.5)
        return self.head(out), gate, (x - shortcut).sigmoid_()


def build():
    return Block(), (torch.randn(2, 8, 6, 6),)
