"""Where the calls before it need not run, no call may be left that runs the layer itself, as a module with weights."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, twice=True):
        super().__init__()
        self.twice = twice
        self.fc = nn.Linear(8, 8)
        self.aux = nn.Linear(8, 8)
        self.proj = nn.Linear(8, 8)
        self.last = nn.Identity()

    def early(self, x):
        if not self.twice:
            return x
        return self.proj(x)

    def forward(self, x):
        if self.twice:
            x = self.fc(x)
        x = self.fc(x)
        x = x + (self.aux(x) if self.training else x)
        x = self.aux(x)
        x = self.early(x)
        return self.last(self.proj(x))


def build():
    return Model(), (torch.randn(2, 8),)
