"""Functions set `act` and `drop`, but on objects that the source shows to be of another class."""
from typing import Optional, Union

import torch
from torch import nn


class NormAct(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Identity()
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.drop(self.norm(x)))


class Settings:
    drop = 0.1


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.norm = NormAct(width)
        self.act = nn.GELU()
        self.drop = nn.Dropout(0.1)
        self.fc2 = nn.Linear(width, width)

    def forward(self, x):
        x = self.drop(self.act(self.fc1(self.norm(x))))
        return self.drop(self.act(self.fc2(x)))


def made_here(module):
    res = module
    if isinstance(module, NormAct):
        res = NormAct(32)
        if module.training:
            res.drop = module.drop
        res.act = module.act
    return res


def annotated(module: Optional[NormAct], settings: Union[Settings, None]):
    settings.drop = 0.2
    module.act = nn.Tanh()


def tested(model):
    for module in model.modules():
        if isinstance(module, (NormAct, nn.LayerNorm)) and module.training:
            module.act = nn.Tanh()
    for module in model.modules():
        if not isinstance(module, NormAct):
            continue
        setattr(module, "drop", nn.Identity())


def build():
    return Mlp(32), (torch.randn(2, 32),)
