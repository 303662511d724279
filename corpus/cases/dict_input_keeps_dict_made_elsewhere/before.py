"""The caller's dict is built in steps."""
import torch
from torch import nn


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, parts: dict):
        return self.fc(parts["first"]) + parts["second"]


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.fuse = Fuse()

    def forward(self, x):
        parts = {"first": x}
        parts["second"] = x
        return self.fuse(parts)


def build():
    return Caller(), (torch.randn(2, 32),)
