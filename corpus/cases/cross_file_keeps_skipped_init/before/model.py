"""The class below makes the layers itself."""
import torch
from base import Base
from torch import nn


class Model(Base):
    def __init__(self):
        nn.Module.__init__(self)
        self.fc = nn.Linear(32, 64)
        self.out = nn.Linear(64, 32)


def build():
    return Model(), (torch.randn(2, 32),)
