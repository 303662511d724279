"""Loops that read lists of modules by index, which TorchScript does not compile: the new list is read by the same index."""
import torch
from torch import nn


class Square(nn.Module):
    """`torch.square` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.square(input)


class Abs(nn.Module):
    """`torch.abs` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.abs(input)


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Sin(nn.Module):
    """`torch.sin` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.sin(input)


class Cos(nn.Module):
    """`torch.cos` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.cos(input)


class Pyramid(nn.Module):
    def __init__(self, widths=(8, 8, 8)):
        super().__init__()
        self.count = len(widths)
        self.laterals = nn.ModuleList([nn.Linear(width, 8) for width in widths])
        self.squares = nn.ModuleList([Square() for _ in self.laterals])
        self.abs = nn.ModuleList([Abs() for _ in self.laterals])
        self.exps = nn.ModuleList([Exponential() for _ in self.laterals])
        self.sins = nn.ModuleList([Sin() for _ in self.laterals])
        self.cos = nn.ModuleList([Cos() for _ in range(self.count)])
        self.downs = nn.Sequential()
        for i in range(self.count - 1):
            self.downs.add_module(f"down{i}", nn.Linear(8, 8))
        self.acts = nn.ModuleList([nn.ReLU() for _ in self.downs])
        self.act = nn.ReLU()
        self.head = nn.Linear(8, 8)

    def merged(self, xs):
        y = self.laterals[0](xs[0])
        for i in range(len(self.downs)):
            y = self.acts[i](self.laterals[i + 1](xs[i + 1]) + self.downs[i](y))
        return y

    def forward(self, x, y, z):
        xs = [x, y, z]
        for i in range(len(xs)):
            xs[i] = self.squares[i](self.laterals[i](xs[i]))
        for i, part in enumerate(xs):
            xs[i] = self.exps[i](-self.abs[i](self.laterals[i](part)))
        for i in range(self.count - 1, 0, -1):
            xs[i - 1] = xs[i - 1] + self.sins[i](self.laterals[i](xs[i]))
        for i in range(1, self.count):
            if i == 2:
                continue
            xs[i] = self.cos[i](self.laterals[i](xs[i]))
        return self.head(self.merged(xs))


class Fuse(nn.Module):
    def __init__(self, branches=3):
        super().__init__()
        self.branches = branches
        if branches > 1:
            self.fuse_layers = nn.Sequential()
            for i in range(branches):
                layer = nn.Sequential()
                for j in range(branches):
                    layer.add_module(f"block{j}", nn.Linear(8, 8) if i != j else nn.Identity())
                self.fuse_layers.add_module(f"layer{i}", layer)
            self.sins = nn.ModuleList([Sin() for _ in self.fuse_layers])
            self.squares = nn.ModuleList([nn.ModuleList([Square() for _ in range(self.branches)]) for _ in self.fuse_layers])
            self.acts = nn.ModuleList([nn.ReLU() for _ in self.fuse_layers])
            self.cos = nn.ModuleList([nn.ModuleList([Cos() for _ in fuse_layer]) for fuse_layer in self.fuse_layers])
            self.act = nn.ReLU()

    def forward(self, x):
        if self.branches == 1:
            return x
        fused = []
        for i in range(len(self.fuse_layers)):
            y = x if i == 0 else self.fuse_layers[i][0](x)
            for j in range(1, self.branches):
                if i == j:
                    y = self.sins[i](y)
                else:
                    y = self.squares[i][j](self.fuse_layers[i][j](y))
            fused.append(self.acts[i](y))
            for block, cos in zip(self.fuse_layers[i], self.cos[i]):
                y = cos(block(y))
            fused.append(y)
        return sum(fused)


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.pyramid = Pyramid()
        self.fuse = Fuse()
        self.single = Fuse(1)
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        return self.head(self.single(self.fuse(self.pyramid(x, x + 1, x * 2))))


def build():
    return Both(), (torch.randn(2, 8),)
