"""One head for all layers, on purpose; numbers and classes may be repeated as well."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        head = nn.Linear(4, 4)
        self.heads = nn.ModuleList([head] * depth)
        self.widths = [4] * depth
        self.acts = nn.ModuleList(act() for act in [nn.ReLU] * depth)

    def forward(self, x):
        for head, act in zip(self.heads, self.acts):
            x = act(head(x))
        return x


def build():
    return Model(), (torch.randn(2, 4),)
