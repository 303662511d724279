"""A name that is handed to a module, and to `view` alone: it may be a whole shape, so that the axes of the result are not shown."""

import torch
from torch import nn


def count(shape):
    return len(shape)


class Inner(nn.Module):
    def forward(self, x: torch.Tensor, shape):
        return x + count(shape)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def shaped(self, x: torch.Tensor, shape):
        b, h, w, c = x.shape
        x = self.inner(x, shape).view(shape)
        return x.reshape(b, h * w, c)

    def forward(self, x: torch.Tensor):
        shape = list(x.shape)
        return self.shaped(x, shape[:1] + [shape[1] * shape[2], shape[3]])


def build():
    return Model(), (torch.randn(2, 5, 7, 8),)
