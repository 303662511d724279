"""Operations and an activation in loops over modules: a list of modules, one for each turn."""
import torch
from torch import nn


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self, input: torch.Tensor, dim: int, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class Stack(nn.Module):
    """`torch.stack` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.stack(tensors, dim)


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Stages(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.depth = depth
        self.convs = nn.ModuleList([nn.Conv2d(32, 32, 1) for _ in range(depth)])
        self.cats = nn.ModuleList([Concat() for _ in self.convs])
        self.acts = nn.ModuleList([nn.ReLU() for _ in self.convs])
        self.adds = nn.ModuleList([Add() for _ in self.convs])
        self.exps = nn.ModuleList([Exponential() for _ in range(self.depth)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(32) for _ in range(depth)])
        self.means = nn.ModuleList([MeanOver() for _ in self.norms])
        self.act = nn.ReLU()
        self.stack = Stack()
        self.head = nn.Conv2d(32, 32, 1)

    def forward(self, x):
        features = []
        for i, (conv, norm, act, cat) in enumerate(zip(self.convs, self.norms, self.acts, self.cats)):
            y = act(norm(conv(x)))
            x = cat([x[:, :16], y[:, 16:]], 1) if i % 2 else y
            features.append(x)
        for conv, add in zip(self.convs, self.adds):
            x = add(x, conv(x))
        for exp in self.exps:
            x = exp(-x.abs())
        means = [mean(norm(x), 1) for norm, mean in zip(self.norms, self.means)]
        return self.head(x), means[0], self.stack(features)


def build():
    return Stages(), (torch.randn(2, 32, 6, 6),)
