"""Shapes behind modules, methods and functions of the tree, whose own shapes follow from those that they are given."""

import torch
import torch.nn.functional as F
from torch import nn


class Pad(nn.Module):
    def forward(self, input: torch.Tensor, pad: tuple[int, ...], mode: str = "constant"):
        return F.pad(input, pad, mode)


class Multiply(nn.Module):
    def forward(self, input: torch.Tensor, other: torch.Tensor):
        return input * other


class Unflatten(nn.Module):
    def forward(self, input: torch.Tensor, dim: int, sizes: tuple[int, ...]):
        return torch.unflatten(input, dim, sizes)


class Gate(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.gate = nn.Linear(width, width)
        self.multiply = Multiply()

    def forward(self, x):
        gate = self.gate(self.norm(x)).sigmoid()
        return self.multiply(x, gate), gate.transpose(1, 2)


def windows(x, size: int):
    b, h, w, c = x.shape
    return x.view(b, h // size, size, w // size, size, c).transpose(2, 3)


class Model(nn.Module):
    def __init__(self, width=8, heads=2, window=2):
        super().__init__()
        self.heads, self.window = heads, window
        self.pad = Pad()
        self.unflatten = Unflatten()
        self.gate = Gate(width)
        self.proj = nn.Linear(width, width)

    def mixed(self, x, scale=1.0):
        return self.proj(x.relu()) * scale

    def forward(self, x: torch.Tensor, image: torch.Tensor):
        b, n, c = x.shape
        gated, turned = self.gate(x)
        gated = gated.reshape(b, n, self.heads, c // self.heads)
        turned = turned.reshape(b, self.heads, c // self.heads, n)
        mixed = self.mixed(x, scale=2.0).reshape(b, n, self.heads, c // self.heads)
        split = self.unflatten(x, -1, (self.heads, -1)).transpose(1, 2)
        split = split.reshape(b * self.heads, n, c // self.heads)
        b, h, w, c = image.shape
        parts = windows(image, self.window).reshape(b, h // self.window * (w // self.window), -1, c)
        padded = self.pad(image, (0, 0, 0, w % self.window, 0, 0))
        _, h, w, _ = padded.shape
        padded = padded.reshape(b, h, w // self.window, self.window, c)
        return gated, turned, mixed, split, parts, padded


def build():
    return Model(), (torch.randn(2, 6, 8), torch.randn(2, 4, 6, 8))
