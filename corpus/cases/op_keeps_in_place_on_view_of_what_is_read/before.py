"""Writes into views of what somebody reads: the caller, `self`, a name behind it or in the next turn, a list."""
import torch
from torch import nn


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 8)

    def forward(self, x):
        x = self.fc(x)
        return x[..., :4]


class KeptPart(Part):
    def forward(self, x):
        self.whole = self.fc(x)
        return self.whole[..., :4]


class GivenPart(Part):
    def forward(self, x):
        return x[..., :2] if self.training else self.fc(x)[..., :2]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.zeros(2, 4))
        self.part = Part()
        self.kept = KeptPart()
        self.given = GivenPart()

    def forward(self, x: torch.Tensor):
        z = x
        y = x
        y += 1
        row = x[0]
        row *= 2
        self.table += 1
        line = self.table[0]
        line += 1
        given = self.given(x)
        given += 1
        kept = self.kept(x)
        kept += 1
        base = self.part(x)
        view = base[:, 1:]
        view += 1
        parts = [self.part(x), self.part(x)]
        first = parts[0]
        first += 1
        whole = self.part(x)
        for _ in range(2):
            piece = whole[:, :2]
            piece -= 1
        earlier = x
        last = self.part(x)
        for _ in range(2):
            last += 1
            x = earlier.view(2, 4)
            earlier = last.view(2, 4)
        left = self.part(x)
        right = left.transpose(0, 1)
        left += right.transpose(0, 1)
        some = self.part(x)
        other = some.flatten()
        some.mul_(2)
        return x, z, line, kept, given, base, view, *parts, whole, self.kept.whole, left, other


def build():
    return Block(), (torch.randn(2, 4),)
