"""Branches that each decide for themselves: those of two turns, and two that stand one behind the other."""

import torch
from torch import nn


class Turns(nn.Module):
    def step(self, x, turn: int):
        b, n, c = x.shape
        if turn == 1:
            x = x[:, :4]
            _, n, _ = x.shape
        return x, n

    def forward(self, x: torch.Tensor):
        b, n, c = x.shape
        kept = []
        y = x
        for turn in range(2):
            b, n, c = x.shape
            z = x
            if turn == 1:
                z = x[:, :4]
                _, n, _ = z.shape
            kept.append(y.reshape(b, -1, n // 2, c))
            y = z
        b, n, c = x.shape
        some = x[:, :4]
        _, few, _ = some.shape
        first, second = x, n
        if n > 40:
            first = some
        if n > 400:
            second = few
        kept.append(first.reshape(b, 2, second // 2, 2, c // 2) * second)
        pairs = [self.step(x, turn) for turn in range(2)]
        kept.append(pairs[0][0].reshape(b, -1, pairs[1][1] // 2, c))
        return kept


def build():
    return Turns(), (torch.randn(2, 6, 8),)
