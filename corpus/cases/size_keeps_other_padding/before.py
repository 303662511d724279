"""Padding that goes elsewhere than behind up to a multiple, by numbers that a trace would take for constants, or that are read again."""

import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    def __init__(self, window=4):
        super().__init__()
        self.window = window
        self.fc = nn.Linear(8, 8)

    def in_front(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        return F.pad(x, (0, 0, rest, 0))

    def by_the_rest(self, x: torch.Tensor):
        b, h, w, c = x.shape
        return F.pad(x, (0, 0, 0, w % self.window))

    def by_a_product(self, x: torch.Tensor):
        b, h, w, c = x.shape
        return F.pad(x, (0, 0, 0, -(h * w) % self.window))

    def by_a_size_that_was_bound_again(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -h % self.window
        h = 3
        return F.pad(x, (0, 0, 0, rest)) + h

    def by_two_numbers(self, x: torch.Tensor):
        b, h, w, c = x.shape
        return F.pad(x, (0, 0, 0, (self.window - w % 8) % self.window))

    def by_an_argument(self, x: torch.Tensor, window):
        b, h, w, c = x.shape
        return F.pad(x, (0, 0, 0, -w % window))

    def by_what_is_read_again(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        x = F.pad(x, (0, 0, 0, rest))
        return x[:, :, rest:]

    def by_what_was_bound_again(self, x: torch.Tensor):
        b, h, w, c = x.shape
        window = self.window
        rest = -w % window
        window = 2
        return F.pad(x, (0, 0, 0, rest))

    def forward(self, x: torch.Tensor):
        x = self.fc(x)
        first = self.in_front(x), self.by_the_rest(x), self.by_a_product(x), self.by_two_numbers(x)
        return *first, self.by_a_size_that_was_bound_again(x), self.by_an_argument(x, x.shape[0]), self.by_what_is_read_again(x), self.by_what_was_bound_again(x)


def build():
    return Model(), (torch.randn(2, 5, 7, 8),)
