"""A module that keeps the shape, and in whose place other code puts one that does not."""

import torch
from torch import nn


class Flip(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


class Replaced(nn.Module):
    def __init__(self):
        super().__init__()
        self.activation = nn.ReLU()

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        return self.activation(x).reshape(b, n, 2, x[:, :, 1::2].shape[2])


class Computed(nn.Module):
    def __init__(self, name="act"):
        super().__init__()
        self.act = nn.ReLU()
        setattr(self, name, Flip())

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        return self.act(x).reshape(b, n, 2, x[:, :, 1::2].shape[2])


class Derived(nn.ReLU):
    def forward(self, x):
        return super().forward(x).transpose(1, 2)


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.derived = Derived()

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        return self.derived(x).reshape(b, n, 2, x[:, :, 1::2].shape[2])


class All(nn.Module):
    def __init__(self):
        super().__init__()
        self.replaced = Replaced()
        self.computed = Computed()
        self.own = Own()

    def forward(self, x: torch.Tensor):
        return self.replaced(x), self.computed(x), self.own(x)


def build():
    model = All()
    model.replaced.activation = Flip()
    return model, (torch.randn(2, 6, 8),)
