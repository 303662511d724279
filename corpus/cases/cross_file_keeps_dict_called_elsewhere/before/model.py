"""Calls the class of the other file."""
import torch
from fuse import Fuse
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fuse = Fuse()

    def forward(self, x):
        return self.fuse({"first": x, "second": x})["out"]


def build():
    return Model(), (torch.randn(2, 32),)
