"""One object several times in a list: as many as there are places."""
import itertools

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.acts = nn.ModuleList([nn.Tanh()] * depth)
        layer = nn.Sequential(nn.Sigmoid(), nn.Softsign())
        self.chain = nn.Sequential(*[layer] * (depth + 1))
        self.relu = nn.ReLU()
        self.pair = nn.ModuleList(2 * (self.relu,))
        self.rest = nn.Sequential(*itertools.repeat(nn.Hardtanh(), depth))
        self.named = nn.ModuleDict(dict.fromkeys(("first", "second"), nn.ELU(0.5)))

    def forward(self, x):
        for act in self.acts:
            x = act(x)
        for act in self.pair:
            x = act(x)
        return self.named["second"](self.named["first"](self.rest(self.chain(self.relu(x)))))


def build():
    return Model(), (torch.randn(2, 4),)
