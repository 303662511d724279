"""What gets the layer as an object may put hooks on it, or keep it under another name."""
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        spectral_norm(self.first)
        self.second = nn.Linear(8, 8)
        for layer in (self.second,):
            layer.register_forward_hook(lambda module, inputs, output: output + 1)
        self.third = nn.Linear(8, 8)
        self.heads = nn.ModuleList([self.third])

    def forward(self, x):
        x = self.first(self.first(x))
        x = self.second(self.second(x))
        return self.third(self.third(x))


def build():
    return Model(), (torch.randn(2, 8),)
