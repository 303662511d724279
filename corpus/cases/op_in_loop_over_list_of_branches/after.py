"""A list that is made under several conditions, by a method that gives it with others, and is None otherwise."""
import torch
from torch import nn


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Net(nn.Module):
    def __init__(self, head="all"):
        super().__init__()
        self.stem = nn.Linear(8, 8)
        if head == "all":
            self.layers, self.downs, self.last = self.make_head()
            self.exps = nn.ModuleList([Exponential() for _ in self.layers])
            self.classifier = nn.Linear(8, 4)
        else:
            if head == "layers":
                self.layers, self.downs, self.last = self.make_head(only_layers=True)
                self.exps = nn.ModuleList([Exponential() for _ in self.layers])
            else:
                self.layers = None
            self.classifier = nn.Identity()

    def make_head(self, only_layers=False):
        layers = []
        for _ in range(3):
            layers.append(nn.Linear(8, 8))
        layers = nn.ModuleList(layers)
        if only_layers:
            return layers, None, None
        downs = nn.ModuleList([nn.Linear(8, 8) for _ in range(2)])
        return layers, downs, nn.Linear(8, 8)

    def prune(self, count):
        if self.layers is not None:
            self.layers = self.layers[:count]
        return self

    def forward(self, x):
        x = self.stem(x)
        if self.layers is None:
            return self.classifier(x)
        for i, (layer, exp) in enumerate(zip(self.layers, self.exps)):
            x = exp(-layer(x).abs())
        return self.classifier(x)


class Features(Net):
    def __init__(self):
        super().__init__("layers")

    def forward(self, x):
        if self.layers is not None:
            for layer in self.layers:
                x = layer(x)
        return x


def build():
    return nn.Sequential(Net("none"), Features(), Net("layers").prune(2), Net("layers"), Net()), (torch.randn(2, 8),)
