# -*- coding: latin-1 -*-
"""Another encoding: the größe of each character is one byte."""
import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)  # müde
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        assert "ä" == "\xe4"; x = F.relu(self.fc(x))  # größer als null
        return self.out(x)


def build():
    return Model(), (torch.randn(2, 32),)
