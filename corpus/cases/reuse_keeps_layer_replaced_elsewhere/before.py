"""Code that replaces a layer, or puts a hook on it, may make it compute more than the further call would."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.proj = nn.Linear(8, 8)
        self.last = nn.Identity()

    def forward(self, x):
        return self.last(self.proj(self.proj(self.fc(self.fc(x)))))


def tune(model):
    model.fc = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
    model.proj.register_forward_hook(lambda module, inputs, output: output + 1)
    return model


def build():
    return tune(Model()), (torch.randn(2, 8),)
