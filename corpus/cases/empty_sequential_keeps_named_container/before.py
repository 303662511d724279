"""An empty container that is filled under a name which is computed."""

import torch
import torch.nn as nn


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage1 = nn.Sequential()
        for i in (1,):
            stage = getattr(self, f"stage{i}")
            stage.add_module("conv", nn.Conv2d(4, 4, 1))

    def forward(self, x):
        return self.stage1(x)


def build():
    return Named(), (torch.randn(2, 4, 6, 6),)
