"""Loops over lists of lists of modules: a list of lists, handed along in both heads."""
import torch
from torch import nn


class ZerosLike(nn.Module):
    """`torch.zeros_like` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> torch.Tensor:
        return torch.zeros_like(input, dtype=dtype, device=device)


class Stack(nn.Module):
    """`torch.stack` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.stack(tensors, dim)


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self, input: torch.Tensor, dim: int, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class Square(nn.Module):
    """`torch.square` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.square(input)


class Cos(nn.Module):
    """`torch.cos` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.cos(input)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Fuse(nn.Module):
    def __init__(self, branches=3):
        super().__init__()
        self.branches = branches
        self.stems = nn.ModuleList([nn.Linear(8, 8) for _ in range(branches)])
        self.fuse_layers = self.make_fuse_layers()
        self.act = nn.ReLU()
        self.adds = nn.ModuleList([nn.ModuleList([Add() for _ in fuse_outer]) for fuse_outer in (self.fuse_layers if isinstance(self.fuse_layers, nn.ModuleList) else ())])
        self.zeros_likes = nn.ModuleList([ZerosLike() for _ in (self.fuse_layers if isinstance(self.fuse_layers, nn.ModuleList) else ())])
        self.stack = Stack()
        self.mean = MeanOver()
        self.acts = nn.ModuleList([nn.ModuleList([nn.ReLU() for _ in fuse_outer]) for fuse_outer in (self.fuse_layers if isinstance(self.fuse_layers, nn.ModuleList) else ())])
        self.exps = nn.ModuleList([Exponential() for _ in (self.fuse_layers if isinstance(self.fuse_layers, nn.ModuleList) else ())])
        self.head = nn.Linear(8, 8)

    def make_fuse_layers(self):
        if self.branches == 1:
            return nn.Identity()
        layers = []
        for i in range(self.branches):
            layer = []
            for j in range(self.branches - i):
                layer.append(nn.Linear(8, 8))
            layers.append(nn.ModuleList(layer))
        return nn.ModuleList(layers)

    def forward(self, x):
        xs = [stem(x) for stem in self.stems]
        if self.branches == 1:
            return self.head(xs[0])
        fused = []
        for i, (fuse_outer, zeros_like, adds, acts, exp) in enumerate(zip(
            self.fuse_layers, self.zeros_likes, self.adds, self.acts, self.exps
        )):
            y = zeros_like(x)
            for j, (fuse, add, act) in enumerate(zip(fuse_outer, adds, acts)):
                y = add(y, act(fuse(xs[j])))
            fused.append(exp(-y.abs()))
        return self.head(self.mean(self.stack(fused), 0))


class Grid(nn.Module):
    """The same number of turns in each turn, and a comprehension."""

    def __init__(self, rows=2, columns=3):
        super().__init__()
        self.columns = columns
        self.rows = nn.ModuleList([nn.Linear(8, 8) for _ in range(rows)])
        self.squares = nn.ModuleList([nn.ModuleList([Square() for _ in range(self.columns)]) for _ in self.rows])
        self.cells = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8) for _ in range(i + 1)]) for i in range(rows)])
        self.cos = nn.ModuleList([nn.ModuleList([Cos() for _ in cells]) for cells in self.cells])
        self.stacks = nn.ModuleList([Stack() for _ in self.cells])
        self.means = nn.ModuleList([MeanOver() for _ in self.cells])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for row, squares in zip(self.rows, self.squares):
            x = row(x)
            for square in squares:
                x = square(x)
        for cells, cos, stack, mean in zip(self.cells, self.cos, self.stacks, self.means):
            x = mean(stack([cos2(cell(x)) for cell, cos2 in zip(cells, cos)]), 0)
        return self.head(x)


def build():
    scripted = torch.jit.script(nn.Sequential(Fuse(), Grid()))
    return nn.Sequential(scripted and Fuse(), Fuse(1), Grid()), (torch.randn(2, 8),)
