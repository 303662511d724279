"""One object several times in a list: as many as there are places."""

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.acts = nn.ModuleList([nn.Tanh() for _ in range(depth)])
        self.chain = nn.Sequential(*[nn.Sequential(nn.Sigmoid(), nn.Softsign()) for _ in range(depth + 1)])
        self.relu = nn.ReLU()
        self.pair = nn.ModuleList(tuple(nn.ReLU() for _ in range(2)))
        self.rest = nn.Sequential(*(nn.Hardtanh() for _ in range(depth)))
        self.named = nn.ModuleDict({key: nn.ELU(0.5) for key in ("first", "second")})

    def forward(self, x):
        for act in self.acts:
            x = act(x)
        for act in self.pair:
            x = act(x)
        return self.named["second"](self.named["first"](self.rest(self.chain(self.relu(x)))))


def build():
    return Model(), (torch.randn(2, 4),)
