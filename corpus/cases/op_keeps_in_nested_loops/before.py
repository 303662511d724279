"""Nested loops of which `__init__` does not know the turns: lists that get longer, numbers of the input, other loops."""
import torch
from torch import nn


class Appended(nn.Module):
    """An entry gets longer under another name, in a method that runs later."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8)]) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def grow(self):
        for part in self.layers:
            part.append(nn.Linear(8, 8))
        return self

    def forward(self, x):
        for part in self.layers:
            for layer in part:
                x = torch.sin(layer(x))
        return self.head(x)


class Replaced(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8)]) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def grow(self):
        self.layers[0] = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])
        return self

    def forward(self, x):
        for part in self.layers:
            for layer in part:
                x = torch.sin(layer(x))
        return self.head(x)


class GrownByBase(nn.Module):
    def grow(self):
        self.layers[-1].extend([nn.Linear(8, 8)])
        return self


class Grown(GrownByBase):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8)]) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for part in self.layers:
            for layer in part:
                x = torch.sin(layer(x))
        return self.head(x)


class GrownOutside(nn.Module):
    def __init__(self):
        super().__init__()
        self.outer_parts = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8)]) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for part in self.outer_parts:
            for layer in part:
                x = torch.sin(layer(x))
        return self.head(x)


def grown(model):
    model.outer_parts[0].append(nn.Linear(8, 8))
    return model


class Late(nn.Module):
    """The entry gets longer behind the list that holds it."""

    def __init__(self):
        super().__init__()
        part = nn.ModuleList()
        self.layers = nn.ModuleList([part])
        self.stem = nn.Linear(8, 8)
        for _ in range(2):
            part.append(nn.Linear(8, 8))
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        x = self.stem(x)
        for part in self.layers:
            for layer in part:
                x = torch.sin(layer(x))
        return self.head(x)


class Rebound(nn.Module):
    """The name stands for something else by the time the inner loop runs."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8)]) for _ in range(2)])
        self.others = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for part in self.layers:
            part = self.others
            for layer in part:
                x = torch.sin(layer(x))
        return self.head(x)


class Rows(nn.Module):
    """The entries are no lists of modules, or the number of turns is one of the input."""

    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList([torch.ones(2, 8) for _ in range(2)])
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        for weight in self.weights:
            for row in weight:
                x = torch.sin(x * row)
        for layer in self.layers:
            x = layer(x)
            for _ in range(x.shape[0]):
                x = torch.sin(x)
            turns = 0
            while turns < 2:
                x = torch.sin(x)
                turns += 1
        return self.head(x)


class Called(nn.Module):
    """The loop stands around the call of the method, and one of a function's own around the function."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.ModuleList([nn.Linear(8, 8)]) for _ in range(2)])
        self.head = nn.Linear(8, 8)

    def part(self, x, part):
        for layer in part:
            x = torch.sin(layer(x))
        return x

    def forward(self, x):
        for part in self.layers:
            x = self.part(x, part)
        return self.head(x)


def build():
    models = [Appended(), Appended().grow(), Replaced().grow(), Grown().grow(), grown(GrownOutside()), Late(), Rebound(), Rows(), Called()]
    return nn.Sequential(*models), (torch.randn(2, 8),)
