"""Calls of functions that TorchScript is not shown to compile, or whose numbers a trace would take for constants."""

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import nn


def merge(windows: torch.Tensor, size: Tuple[int, int], height: int, width: int):
    x = windows.view(-1, height // size[0], width // size[1], size[0], size[1], windows.shape[-1])
    return x.transpose(2, 3).reshape(-1, height, width, windows.shape[-1])


def pad_untyped(x, size):
    return F.pad(x, (0, 0, 0, -x.shape[-2] % size))


def pad_under_condition(x, size: int):
    rest = -x.shape[-2] % size
    if rest:
        x = F.pad(x, (0, 0, 0, rest))
    return x


def pad_to(x, size: int):
    rest = -x.shape[-2] % size
    return F.pad(x, (0, 0, 0, rest)), rest


class Model(nn.Module):
    def __init__(self, size=(2, 2)):
        super().__init__()
        self.size = size
        self.fc = nn.Linear(4, 4)

    def padded(self, x):
        return pad_untyped(x, 2) + pad_under_condition(x, 2) + pad_to(x, 2)[0]

    def forward(self, x: torch.Tensor):
        b, h, w, c = x.shape
        x = self.padded(self.fc(x))
        grown = h + h % 2
        y = merge(x, self.size, grown, w)
        self.turned = (w, h)
        y = y + merge(x, self.size, *self.turned).reshape(y.shape)
        size = self.size
        if h > w:
            size = (h % 5 + 1, 2)
        return merge(y, size, h, w)


def build():
    return Model(), (torch.randn(2, 8, 8, 4),)
