"""Loops that count: a list of modules counts its own turns. TorchScript takes such a list, but not in step with a range."""
import torch
from torch import nn


class Steps(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.depth = depth
        self.first = nn.Linear(8, 8)
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(8, 8)) for _ in range(depth)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        x = self.first(x)
        for _ in range(self.depth):
            x = torch.exp(-torch.square(x))
        for i in range(3):
            x = torch.tanh(torch.square(x) + i)
        for i, weight in enumerate(self.weights):
            x = torch.matmul(x, weight) if i else torch.matmul(torch.matmul(x, weight), weight)
        waves = [torch.sin(x) for _ in range(2)]
        for _ in range(2):
            x = torch.cos(x)
            if x.shape[0] > 100:
                break
        return self.head(x), waves[0], waves[1]


def build():
    return torch.jit.script(Steps()) and Steps(), (torch.randn(2, 8),)
