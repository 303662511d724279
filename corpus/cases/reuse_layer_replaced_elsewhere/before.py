"""Who replaces the layer may put one in its place that computes something else, which the further call would not see: unsafe."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.last = nn.Identity()

    def forward(self, x):
        return self.last(self.fc(self.fc(x)))


def tune(model):
    model.fc = nn.Linear(8, 8, bias=False)
    return model


def build():
    return tune(Model()), (torch.randn(2, 8),)
