"""The `__init__` of the base runs on one branch only."""
import torch
import torch.nn.functional as F
from torch import nn


class Norm(nn.BatchNorm2d):
    def __init__(self, features, device=None):
        if device is None:
            super(Norm, self).__init__(features)
        else:
            nn.Module.__dict__["__init__"](self)
        self.act = nn.ReLU()
        self.drop = nn.Identity()

    def forward(self, x):
        x = F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.1, self.eps)
        return self.drop(self.act(x))


def build():
    return Norm(8), (torch.randn(2, 8, 4, 4),)
