"""An activation that is replaced from outside, in all the ways to set an attribute that do not look like `model.act = ...`."""

from contextlib import nullcontext

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.ReLU()
        self.second = nn.ReLU()
        self.third = nn.ReLU()
        self.fourth = nn.ReLU()
        self.fifth = nn.ReLU()
        self.sixth = nn.ReLU()
        self.seventh = nn.ReLU()
        self.eighth = nn.ReLU()
        self.ninth = nn.ReLU()
        self.tenth = nn.ReLU()
        self.last = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor):
        a = self.first(self.first(x) - 0.5)
        b = self.second(self.second(x) - 0.5)
        c = self.third(self.third(x) - 0.5)
        d = self.fourth(self.fourth(x) - 0.5)
        e = self.fifth(self.fifth(x) - 0.5)
        f = self.sixth(self.sixth(x) - 0.5)
        g = self.seventh(self.seventh(x) - 0.5)
        h = self.eighth(self.eighth(x) - 0.5)
        i = self.ninth(self.ninth(x) - 0.5)
        j = self.tenth(self.tenth(x) - 0.5)
        return self.last(a + b + c + d + e + f + g + h + i + j)


def same(model):
    return model


def replace(self):
    self.first = nn.Tanh()


def build():
    model = Model()
    replace(model)
    model.second, model.third = nn.Tanh(), nn.Sigmoid()
    model.fourth: nn.Module = nn.Tanh()
    for model.fifth in (nn.Tanh(),):
        pass
    with nullcontext(nn.Tanh()) as model.sixth:
        pass
    setattr(same(model), "seventh", nn.Tanh())
    model.add_module("eighth", nn.Tanh())
    nn.Module.__setattr__(model, "ninth", nn.Tanh())
    myself = model
    myself.tenth = nn.Tanh()
    return model, (torch.randn(2, 4),)
