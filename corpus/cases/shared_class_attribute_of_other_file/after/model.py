"""Other files take the class attribute, put it back, and replace it."""
import copy

import torch
from torch import nn

from layers import Conv


def own_copy(module):
    """A copy for the place that asks, or the module itself if places share its parameters or buffers."""
    shares = isinstance(module, nn.Module) and [*module.parameters(), *module.buffers()]
    return module if shares else copy.deepcopy(module)


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = own_copy(Conv.default_act)
        self.fc = nn.Conv2d(4, 4, 1)

    def forward(self, x):
        return self.act(self.fc(x))


def parse(act=None):
    default_act = Conv.default_act  # put back behind
    if act is not None:
        Conv.default_act = act
    layers = [Conv(), Conv(False), Head(), Head()]
    for layer in layers:
        if isinstance(layer.act, nn.Identity):
            layer.act = own_copy(Conv.default_act)
    Conv.default_act = default_act
    return nn.Sequential(*layers)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        learned = nn.PReLU()
        self.plain, self.other, self.learned = parse(), parse(nn.Hardtanh(-0.1, 0.1)), parse(learned)
        assert all(layer.act is learned for layer in self.learned)
        assert isinstance(Conv.default_act, nn.SiLU)

    def forward(self, x):
        return self.learned(self.other(self.plain(x)))


def build():
    return Model(), (torch.randn(2, 4, 4, 4),)
