"""Loops over parts of a list of modules, over its children, or over a tuple that is written out."""
import torch
from torch import nn


class Scripted(nn.Module):
    def __init__(self, depth=4):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(depth)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for layer in self.layers.children():
            x = torch.sin(layer(x))
        for name, layer in self.layers.named_children():
            x = torch.cos(layer(x))
        for i, layer in enumerate(self.layers, 1):
            x = torch.square(layer(x)) + i
        for sign in (1, -1):
            x = torch.exp(-x.abs()) * sign
        return self.head(x)


class Eager(nn.Module):
    def __init__(self, depth=4):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(8, 8) for _ in range(depth)])
        self.head = nn.Linear(8, 8)

    def cut(self):
        self.layers = self.layers[:2]
        return self

    def forward(self, x):
        for layer in self.layers[1:]:
            x = torch.sin(layer(x))
        for layer in self.layers[:-1]:
            x = torch.cos(layer(x))
        for layer in reversed(self.layers):
            x = torch.square(layer(x))
        for layer in self.layers._modules.values():
            x = torch.exp(-layer(x).abs())
        for name, layer in self.layers._modules.items():
            x = torch.tan(layer(x))
        return self.head(x)


def build():
    return nn.Sequential(torch.jit.script(Scripted()) and Scripted(), Eager(), Eager().cut()), (torch.randn(2, 8),)
