"""Loops that read lists of modules by index, which TorchScript does not compile: the new list is read by the same index."""
import torch
from torch import nn


class Pyramid(nn.Module):
    def __init__(self, widths=(8, 8, 8)):
        super().__init__()
        self.count = len(widths)
        self.laterals = nn.ModuleList([nn.Linear(width, 8) for width in widths])
        self.downs = nn.Sequential()
        for i in range(self.count - 1):
            self.downs.add_module(f"down{i}", nn.Linear(8, 8))
        self.act = nn.ReLU()
        self.head = nn.Linear(8, 8)

    def merged(self, xs):
        y = self.laterals[0](xs[0])
        for i in range(len(self.downs)):
            y = self.act(self.laterals[i + 1](xs[i + 1]) + self.downs[i](y))
        return y

    def forward(self, x, y, z):
        xs = [x, y, z]
        for i in range(len(xs)):
            xs[i] = torch.square(self.laterals[i](xs[i]))
        for i, part in enumerate(xs):
            xs[i] = torch.exp(-self.laterals[i](part).abs())
        for i in range(self.count - 1, 0, -1):
            xs[i - 1] = xs[i - 1] + torch.sin(self.laterals[i](xs[i]))
        for i in range(1, self.count):
            if i == 2:
                continue
            xs[i] = torch.cos(self.laterals[i](xs[i]))
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
            self.act = nn.ReLU()

    def forward(self, x):
        if self.branches == 1:
            return x
        fused = []
        for i in range(len(self.fuse_layers)):
            y = x if i == 0 else self.fuse_layers[i][0](x)
            for j in range(1, self.branches):
                if i == j:
                    y = torch.sin(y)
                else:
                    y = torch.square(self.fuse_layers[i][j](y))
            fused.append(self.act(y))
            for block in self.fuse_layers[i]:
                y = torch.cos(block(y))
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
